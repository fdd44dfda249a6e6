package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.TestEnvironment.ManualSubscriber;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/**
 * The Technology Compatibility Kit of Reactive Streams for publishers, in its form for {@link Flow}. It is written for TestNG;
 * here each of its tests is one of JUnit's.
 */
@Timeout(300)
class InboxPublisherTckTest {

    private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(2);

    @AfterAll
    static void endExecutor() {
        EXECUTOR.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> theInboxKeepsTheRulesOfReactiveStreams() {
        List<Method> tests = Arrays.stream(FlowPublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        assertTrue(tests.size() > 30, "The kit has only these tests: " + tests);
        return tests.stream().map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(method)));
    }

    private static void run(Method method) throws Throwable {
        Verification verification = new Verification();
        verification.setUp();
        try {
            method.invoke(verification);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SkipException skipped) {
                throw new TestAbortedException(skipped.getMessage(), skipped);
            }
            throw e.getCause();
        }
    }

    /** How the kit gets publishers. */
    private static final class Verification extends FlowPublisherVerification<Delivery> {

        private static final long TIMEOUT_MILLIS = 50_000;
        private static final long NO_SIGNAL_MILLIS = 50;

        /** When the kit looks whether an error has come, which it does once: what is left of the time it counts wrongly. */
        private static final long POLL_MILLIS = 6_000;

        private static final long MOST = 10_000;

        private final TestEnvironment environment;

        Verification() {
            this(new TestEnvironment(TIMEOUT_MILLIS, NO_SIGNAL_MILLIS, POLL_MILLIS));
        }

        private Verification(TestEnvironment environment) {
            super(environment);
            this.environment = environment;
        }

        @Override
        public long maxElementsFromPublisher() {
            return MOST;
        }

        @Override
        public Flow.Publisher<Delivery> createFlowPublisher(long elements) {
            MessageInbox inbox = inbox();
            for (long i = elements; i > 0; i--) {
                inbox.take(new CountedDelivery(i == 1 ? inbox : null));
            }
            if (elements == 0) {
                inbox.end();
            }
            return inbox;
        }

        /** As the kit has it, which grants 100 ms to whoever called the subscriber last and to the garbage collector. */
        @Override
        public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
                throws Throwable {
            activePublisherTest(3, false, publisher -> {
                WeakReference<?> subscriber = cancelled(publisher);
                ClientFixture.until(() -> {
                    System.gc();
                    return subscriber.refersTo(null);
                });
                environment.verifyNoAsyncErrorsNoDelay();
            });
        }

        private WeakReference<?> cancelled(Publisher<Delivery> publisher) throws InterruptedException {
            ManualSubscriber<Delivery> subscriber = environment.newManualSubscriber(publisher);
            subscriber.request(1);
            subscriber.nextElement();
            subscriber.cancel();
            return new WeakReference<>(subscriber);
        }

        @Override
        public Flow.Publisher<Delivery> createFailedFlowPublisher() {
            MessageInbox inbox = inbox();
            inbox.subscribe(new Idle());
            return inbox;
        }

        private static MessageInbox inbox() {
            return new MessageInbox(InboxOptions.DEFAULT, Long.MAX_VALUE, new Host());
        }
    }

    /** A message; the last one ends the inbox when it has been fetched. */
    private static final class CountedDelivery implements Delivery {

        private static final Message MESSAGE = Message.of("a", QoS.AT_LEAST_ONCE, "");

        private final MessageInbox endOf;

        CountedDelivery(MessageInbox endOf) {
            this.endOf = endOf;
        }

        @Override
        public Outcome acknowledge() {
            if (endOf != null) {
                endOf.end();
            }
            return Outcome.TAKEN;
        }

        @Override
        public Outcome refuse(ReasonCode reasonCode, Diagnostics diagnostics) {
            throw new AssertionError("Nobody refuses here");
        }

        @Override
        public Message message() {
            return MESSAGE;
        }

        @Override
        public boolean duplicate() {
            return false;
        }

        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public long deliveryIdentifier() {
            return 1;
        }

        @Override
        public List<Integer> subscriptionIdentifiers() {
            return List.of();
        }
    }

    private static final class Idle implements Flow.Subscriber<Delivery> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(Delivery item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }

    private static final class Host implements InboxHost {

        @Override
        public boolean inLoop() {
            return false;
        }

        @Override
        public void pauseReading(boolean paused) {}

        @Override
        public void execute(Runnable task) {
            EXECUTOR.execute(task);
        }

        @Override
        public void failed(ReceivedMessage message, Throwable failure) {}

        @Override
        public void detach(MessageInbox inbox) {}
    }
}
