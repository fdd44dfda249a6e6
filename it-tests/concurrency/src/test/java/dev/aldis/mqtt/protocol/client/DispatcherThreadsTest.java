package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads hand things to a dispatcher that falls idle all the time, with an executor of several threads. */
@Timeout(3600)
class DispatcherThreadsTest {

    private static final int PRODUCERS = 3;
    private static final int ROUNDS = Integer.getInteger("aldis.interleavings", 50) * 200;
    private static final int PATIENCE_SECONDS = Integer.getInteger("aldis.patience", 60);

    private final ExecutorService handlers = Executors.newFixedThreadPool(3);
    private final ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);
    private final AtomicBoolean listening = new AtomicBoolean();
    private final AtomicBoolean overlapped = new AtomicBoolean();
    private final AtomicBoolean idle = new AtomicBoolean();
    private final int[] heard = new int[PRODUCERS];
    private final List<String> outOfOrder = new ArrayList<>();
    private final Semaphore arrived = new Semaphore(PRODUCERS);
    private final AtomicBoolean lost = new AtomicBoolean();
    private volatile Dispatcher present;

    @AfterEach
    void endThreads() throws InterruptedException {
        producers.shutdownNow();
        handlers.shutdownNow();
        assertTrue(producers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(handlers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** What the dispatcher says to the loop: nothing fails here, and nothing is decided. */
    private static final class Loop implements Dispatcher.Reports {

        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void decided() {}

        @Override
        public void resumeAfter(long delayNanos, Runnable task) {
            throw new AssertionError("Nothing failed");
        }

        @Override
        public void stop() {
            throw new AssertionError("Nothing failed");
        }

        @Override
        public void ended() {
            ended.countDown();
        }
    }

    /** Each event is "producer number". Not synchronized: one call at a time is what the dispatcher promises. */
    private void hear(ClientEvent event) {
        if (!listening.compareAndSet(false, true)) {
            overlapped.set(true);
        }
        if (!present.isBusy()) {
            idle.set(true);
        }
        String text = ((ClientEvent.StoreDamaged) event).description();
        int space = text.indexOf(' ');
        int producer = Integer.parseInt(text.substring(0, space));
        if (heard[producer]++ != Integer.parseInt(text.substring(space + 1))) {
            outOfOrder.add(text);
        }
        listening.set(false);
        arrived.release();
    }

    /** All that was handed over, so that the dispatcher is idle, or just about to be. */
    private void awaitArrival() {
        try {
            if (!arrived.tryAcquire(PRODUCERS, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                lost.set(true);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Dispatcher dispatcher(Loop loop) {
        ClientConfiguration configuration = Worlds.listening(this::hear);
        present = new Dispatcher(handlers, configuration, new Refusals(configuration, Worlds.status()), loop);
        return present;
    }

    @Test
    void whatSeveralThreadsHandOverArrivesOnceInOrderAndOneAtATime() throws Exception {
        Dispatcher dispatcher = dispatcher(new Loop());
        CyclicBarrier together = new CyclicBarrier(PRODUCERS, this::awaitArrival);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            int producer = i;
            running.add(producers.submit(() -> {
                for (int number = 0; number < ROUNDS && !lost.get(); number++) {
                    together.await();
                    dispatcher.handOver(List.of(new ClientEvent.StoreDamaged(producer + " " + number)));
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        awaitArrival();
        assertFalse(lost.get(), "What was handed over did not arrive");
        assertFalse(overlapped.get(), "The listener was called by two threads at once");
        assertFalse(idle.get(), "The dispatcher says that nobody is called while the listener is");
        assertEquals(List.of(), outOfOrder);
    }

    @Test
    void whoClosesADispatcherFindsItIdleOrIsToldOfItsEnd() throws Exception {
        for (int round = 0; round < ROUNDS / 10; round++) {
            Loop loop = new Loop();
            Dispatcher dispatcher = dispatcher(loop);
            Future<?> handingOver =
                    producers.submit(() -> dispatcher.handOver(List.of(new ClientEvent.StoreDamaged("0 0"))));
            dispatcher.close();
            boolean busy = dispatcher.isBusy();
            handingOver.get();
            assertTrue(
                    !busy || loop.ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS),
                    "The loop waits for a worker and is not told that it has ended");
        }
    }
}
