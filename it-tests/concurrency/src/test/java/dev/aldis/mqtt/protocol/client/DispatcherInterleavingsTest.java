package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads hand things to a dispatcher whose executor gives each task a thread: Lincheck tries the interleavings. */
@Tag("exploration")
@Timeout(3600)
class DispatcherInterleavingsTest {

    private static final int INTERLEAVINGS = Integer.getInteger("aldis.interleavings", 300);

    /** The first things that the dispatcher hands to its listener, each from the thread of its own. */
    private static final List<ClientEvent> EVENTS =
            List.of(new ClientEvent.StoreDamaged("0"), new ClientEvent.StoreDamaged("1"));

    /** The world that hears what its dispatcher tells; there is one at a time. */
    private static volatile World present;

    /** Made once, since making it takes longer than a world does. */
    private static final ClientConfiguration CONFIGURATION = Worlds.listening(event -> present.hear(event));

    private static final Refusals REFUSALS = new Refusals(CONFIGURATION, Worlds.status());

    /** What the dispatcher says to the loop. */
    private static final class Loop implements Dispatcher.Reports {

        volatile boolean ended;

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
            ended = true;
        }
    }

    /** Gives each task a thread of its own, and waits for all of them. */
    private static final class ThreadPerTask implements Executor {

        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

        @Override
        public void execute(Runnable task) {
            Thread thread = new Thread(task);
            threads.add(thread);
            thread.start();
        }

        void join() throws InterruptedException {
            for (Thread thread = threads.poll(); thread != null; thread = threads.poll()) {
                thread.join();
            }
        }
    }

    /** One dispatcher and all who have to do with it. */
    private static final class World {

        final List<ClientEvent> heard = new ArrayList<>();
        final AtomicBoolean listening = new AtomicBoolean();
        volatile boolean overlapped;
        final Loop loop = new Loop();
        final ThreadPerTask executor = new ThreadPerTask();
        final Dispatcher dispatcher;

        World() {
            present = this;
            dispatcher = new Dispatcher(executor, CONFIGURATION, REFUSALS, loop);
        }

        void hear(ClientEvent event) {
            overlapped |= !listening.compareAndSet(false, true);
            synchronized (heard) {
                heard.add(event);
            }
            listening.set(false);
        }

        Thread handingOver(int number) {
            Thread thread = new Thread(() -> dispatcher.handOver(List.of(EVENTS.get(number))));
            thread.start();
            return thread;
        }
    }

    @Test
    void whateverIsHandedOverArrivesOnceAndOneAtATime() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            World world = new World();
            try {
                Thread first = world.handingOver(0);
                Thread second = world.handingOver(1);
                first.join();
                second.join();
                world.executor.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertFalse(world.overlapped, "The listener was called by two threads at once");
            assertEquals(2, world.heard.size());
            assertTrue(world.heard.containsAll(EVENTS), () -> world.heard + " came");
            assertFalse(world.dispatcher.isBusy());
        });
    }

    @Test
    void whoSeesADispatcherIdleAfterClosingItHearsNothingMore() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            World world = new World();
            try {
                Thread first = world.handingOver(0);
                world.dispatcher.handOver(List.of(EVENTS.get(1)));
                world.dispatcher.close();
                boolean busy = world.dispatcher.isBusy();
                int heard = world.heard.size();
                first.join();
                world.executor.join();
                if (busy) {
                    assertTrue(world.loop.ended, "The loop waits for the worker and is not told that it has ended");
                } else {
                    assertEquals(heard, world.heard.size(), "The listener was called after the end");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }
}
