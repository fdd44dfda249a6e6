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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several threads hand things to a dispatcher: Lincheck tries the interleavings. It begins with those that have the fewest
 * switches between threads. So in some tests the executor runs each task at once, whoever hands something over works it off,
 * and the listener waits where it matters: one switch is enough then for most of what can go wrong. A hundred interleavings
 * are the least that finds a mistake here, which is too long for each build: there it is {@link DispatcherThreadsTest}.
 */
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

        void join() {
            for (Thread thread = threads.poll(); thread != null; thread = threads.poll()) {
                DispatcherInterleavingsTest.join(thread);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One dispatcher and all who have to do with it. */
    private static final class World {

        final List<ClientEvent> heard = new ArrayList<>();
        final AtomicBoolean listening = new AtomicBoolean();
        final CountDownLatch called = new CountDownLatch(1);
        final Thread[] handing = new Thread[EVENTS.size()];
        final List<CountDownLatch> handedOver = List.of(new CountDownLatch(1), new CountDownLatch(1));
        volatile boolean overlapped;
        volatile boolean idle;
        final Loop loop = new Loop();
        final boolean slow;
        final Dispatcher dispatcher;

        /**
         * Makes one.
         *
         * @param slow whether the listener takes so long that both have handed over by then, unless it is called by one of them
         */
        World(Executor executor, boolean slow) {
            present = this;
            this.slow = slow;
            dispatcher = new Dispatcher(executor, CONFIGURATION, REFUSALS, loop);
        }

        void hear(ClientEvent event) {
            overlapped |= !listening.compareAndSet(false, true);
            called.countDown();
            for (int number = 0; slow && number < handing.length; number++) {
                if (handing[number] != Thread.currentThread()) {
                    await(handedOver.get(number));
                }
            }
            idle |= !dispatcher.isBusy();
            synchronized (heard) {
                heard.add(event);
            }
            listening.set(false);
        }

        Thread handingOver(int number) {
            return new Thread(() -> {
                dispatcher.handOver(List.of(EVENTS.get(number)));
                handedOver.get(number).countDown();
            });
        }
    }

    private static void checkHandingOver(World world, ThreadPerTask executor) {
        for (int number = 0; number < EVENTS.size(); number++) {
            world.handing[number] = world.handingOver(number);
        }
        for (Thread thread : world.handing) {
            thread.start();
        }
        for (Thread thread : world.handing) {
            join(thread);
        }
        executor.join();
        assertFalse(world.overlapped, "The listener was called by two threads at once");
        assertFalse(world.idle, "The dispatcher says that nobody is called while the listener is");
        assertEquals(2, world.heard.size());
        assertTrue(world.heard.containsAll(EVENTS), () -> world.heard + " came");
        assertFalse(world.dispatcher.isBusy());
    }

    private static void checkClosing(World world, Thread first, ThreadPerTask executor) {
        world.dispatcher.close();
        boolean busy = world.dispatcher.isBusy();
        int heard = world.heard.size();
        join(first);
        executor.join();
        if (busy) {
            assertTrue(world.loop.ended, "The loop waits for the worker and is not told that it has ended");
        } else {
            assertEquals(heard, world.heard.size(), "The listener was called after the end");
        }
    }

    @Test
    void whateverIsHandedOverArrivesOnceAndOneAtATime() {
        Lincheck.runConcurrentTest(
                INTERLEAVINGS, () -> checkHandingOver(new World(Runnable::run, true), new ThreadPerTask()));
    }

    @Test
    void whoClosesADispatcherAtWorkIsToldOfItsEnd() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            World world = new World(Runnable::run, false);
            Thread first = world.handingOver(0);
            first.start();
            await(world.called);
            checkClosing(world, first, new ThreadPerTask());
        });
    }

    @Test
    void whateverIsHandedOverArrivesOnceFromAQuickListener() {
        Lincheck.runConcurrentTest(
                INTERLEAVINGS, () -> checkHandingOver(new World(Runnable::run, false), new ThreadPerTask()));
    }

    @Test
    void whateverIsHandedOverArrivesOnceOnThreadsOfItsOwn() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            ThreadPerTask executor = new ThreadPerTask();
            checkHandingOver(new World(executor, true), executor);
        });
    }

    @Test
    void whoSeesADispatcherIdleAfterClosingItHearsNothingMore() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            ThreadPerTask executor = new ThreadPerTask();
            World world = new World(executor, false);
            Thread first = world.handingOver(0);
            first.start();
            world.dispatcher.handOver(List.of(EVENTS.get(1)));
            checkClosing(world, first, executor);
        });
    }
}
