package dev.aldis.mqtt.examples.receiving;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.InboxOptions.Acknowledgement;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Each way in which an application can take messages. What they take goes into a queue. */
public final class Receiving {

    private Receiving() {}

    /** Every option of the builder that says how messages reach the application. */
    static MqttClientBuilder configure(MqttClientBuilder builder, BlockingQueue<String> taken) {
        ReceiveOptions options = ReceiveOptions.DEFAULT
                .withDispatch(Dispatch.byTopic(4))
                .withUnmatched(UnmatchedPolicy.REFUSE)
                .withRefusal(true);
        return builder.receive(options)
                .handlerFailure(HandlerFailurePolicy.REFUSE)
                .onMessage(
                        "news/#",
                        message -> taken.add("news " + message.payload().text()))
                .onUnmatched(message -> taken.add("other " + message.payload().text()));
    }

    /** Acknowledges on another thread, or refuses. */
    static void byHand(MqttClient client, Executor workers, BlockingQueue<String> taken) {
        MessageHandler handler = MessageHandler.manual(delivery -> workers.execute(() -> {
            if (delivery.payload().sizeBytes() > 100) {
                delivery.refuse(ReasonCode.QUOTA_EXCEEDED);
            } else {
                taken.add("by hand " + delivery.payload().text());
                delivery.acknowledge();
            }
        }));
        client.subscribe("hand/#", QoS.EXACTLY_ONCE, handler).join();
    }

    /** Asks somebody else before it acknowledges, without waiting. */
    @SuppressWarnings("FutureReturnValueIgnored") // Without an answer the message comes again.
    static void asking(MqttClient client, Message question, BlockingQueue<String> taken) {
        MessageHandler asking = MessageHandler.manual(delivery -> client.request(question, Duration.ofSeconds(5))
                .thenAccept(answer -> {
                    taken.add("asked " + answer.payload().text());
                    delivery.acknowledge();
                }));
        client.subscribe("ask/#", QoS.AT_LEAST_ONCE, asking).join();
    }

    /** Waits for one message after the other. */
    static void fetch(MqttClient client, int count, BlockingQueue<String> taken) throws InterruptedException {
        InboxOptions options = InboxOptions.DEFAULT.withAcknowledgement(Acknowledgement.BY_HAND);
        try (Inbox inbox = client.newInbox(options)) {
            client.subscribe("fetched/#", QoS.AT_LEAST_ONCE, inbox).join();
            for (int i = 0; i < count; i++) {
                Optional<Delivery> next = inbox.receive(Duration.ofMinutes(1));
                if (next.isPresent()) {
                    taken.add("fetched " + next.get().payload().text());
                    next.get().acknowledge();
                }
            }
        }
    }

    /** Takes messages as a subscriber of {@link Flow}, one at a time. */
    static void subscribe(MqttClient client, BlockingQueue<String> taken) {
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        inbox.subscribe(new OneByOne(taken));
        client.subscribe("flow/#", QoS.AT_LEAST_ONCE, inbox).join();
    }

    /** Asks for the next message when it has taken one. */
    private static final class OneByOne implements Flow.Subscriber<Delivery> {

        private final BlockingQueue<String> taken;
        private Flow.@Nullable Subscription subscription;

        OneByOne(BlockingQueue<String> taken) {
            this.taken = taken;
        }

        @Override
        public void onSubscribe(Flow.Subscription made) {
            subscription = made;
            made.request(1);
        }

        @Override
        public void onNext(Delivery delivery) {
            taken.add("flow " + delivery.payload().text());
            if (subscription != null) {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            taken.add("failed " + failure);
        }

        @Override
        public void onComplete() {
            taken.add("complete");
        }
    }
}
