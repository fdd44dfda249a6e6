package dev.aldis.mqtt.spi.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleThreadEventLoopTest {

    private final SingleThreadEventLoop loop = SingleThreadEventLoop.start("loop-under-test");

    @AfterEach
    void release() {
        loop.release();
    }

    @Test
    void tasksRunInTheOrderOfTheirCallsOnOneDaemonThread() throws Exception {
        List<Integer> ran = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            loop.execute(() -> {
                ran.add(number);
                threads.add(Thread.currentThread());
            });
        }
        onLoop(() -> null);
        assertEquals(IntStream.range(0, 1_000).boxed().toList(), ran);
        assertEquals(1, threads.stream().distinct().count());
        assertTrue(threads.get(0).isDaemon());
        assertEquals("loop-under-test", threads.get(0).getName());
    }

    @Test
    void onlyItsOwnThreadIsInTheLoop() throws Exception {
        assertTrue(onLoop(loop::inLoop));
        assertFalse(loop.inLoop());
    }

    @Test
    void aTaskGivenOnTheLoopRunsAfterThePresentOne() throws Exception {
        List<String> ran = new ArrayList<>();
        onLoop(() -> {
            loop.execute(() -> ran.add("second"));
            return ran.add("first");
        });
        onLoop(() -> null);
        assertEquals(List.of("first", "second"), ran);
    }

    private record Timers(List<String> ran, CountDownLatch last, long beganNanos, long tookNanos) {}

    private Timers schedule() throws Exception {
        return onLoop(() -> {
            List<String> ran = new ArrayList<>();
            CountDownLatch last = new CountDownLatch(1);
            long beganNanos = System.nanoTime();
            loop.schedule(
                    () -> {
                        ran.add("40 ms");
                        last.countDown();
                    },
                    TimeUnit.MILLISECONDS.toNanos(40));
            loop.schedule(() -> ran.add("20 ms"), TimeUnit.MILLISECONDS.toNanos(20));
            loop.schedule(() -> ran.add("20 ms, given later"), TimeUnit.MILLISECONDS.toNanos(20) + 1_000_000);
            loop.schedule(() -> ran.add("now"), 0);
            return new Timers(ran, last, beganNanos, System.nanoTime() - beganNanos);
        });
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndNeverEarly() throws Exception {
        Timers timers = schedule();
        // Each time counts from its own call: a machine that stands still between two of them changes their order.
        while (timers.tookNanos() >= TimeUnit.MILLISECONDS.toNanos(15)) {
            timers = schedule();
        }
        assertTrue(timers.last().await(20, TimeUnit.SECONDS));
        assertTrue(System.nanoTime() - timers.beganNanos() >= TimeUnit.MILLISECONDS.toNanos(40));
        assertEquals(List.of("now", "20 ms", "20 ms, given later", "40 ms"), timers.ran());
    }

    @Test
    void aTimerThatIsCalledOffDoesNotRun() throws Exception {
        List<String> ran = new ArrayList<>();
        CountDownLatch later = new CountDownLatch(1);
        onLoop(() -> {
            EventLoop.Timer timer = loop.schedule(() -> ran.add("called off"), TimeUnit.MILLISECONDS.toNanos(10));
            loop.schedule(later::countDown, TimeUnit.MILLISECONDS.toNanos(30));
            timer.cancel();
            timer.cancel();
            return null;
        });
        assertTrue(later.await(20, TimeUnit.SECONDS));
        assertEquals(List.of(), ran);
    }

    @Test
    void aTimerThatIsDueAndWaitsForItsTurnCanBeCalledOff() throws Exception {
        List<String> ran = new ArrayList<>();
        onLoop(() -> {
            AtomicReference<EventLoop.Timer> second = new AtomicReference<>();
            loop.schedule(() -> second.get().cancel(), 0);
            second.set(loop.schedule(() -> ran.add("called off"), 0));
            return null;
        });
        CompletableFuture<Void> later = new CompletableFuture<>();
        loop.schedule(() -> later.complete(null), 0);
        later.get(20, TimeUnit.SECONDS);
        assertEquals(List.of(), ran);
    }

    @Test
    void aNegativeDelayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> loop.schedule(() -> {}, -1));
    }

    @Test
    void whatATaskThrowsIsReportedAndTheLoopGoesOn() throws Exception {
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        onLoop(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> reported.complete(thrown));
            return null;
        });
        RuntimeException thrown = new IllegalStateException("thrown by a task");
        loop.execute(() -> {
            throw thrown;
        });
        assertSame(thrown, reported.get(20, TimeUnit.SECONDS));
        assertEquals("alive", onLoop(() -> "alive"));
    }

    @Test
    void anInterruptLeftBehindByATaskDoesNotEndTheLoop() throws Exception {
        onLoop(() -> {
            Thread.currentThread().interrupt();
            return null;
        });
        assertEquals("alive", onLoop(() -> "alive"));
    }

    @Test
    void afterReleaseTasksGivenBeforeStillRunTimersDoNotAndTheThreadEnds() throws Exception {
        List<String> ran = new ArrayList<>();
        Thread thread = onLoop(Thread::currentThread);
        onLoop(() -> {
            loop.schedule(() -> ran.add("timer"), TimeUnit.HOURS.toNanos(1));
            loop.execute(() -> ran.add("task"));
            loop.release();
            return null;
        });
        thread.join(20_000);
        assertFalse(thread.isAlive());
        assertEquals(List.of("task"), ran);
    }

    @Test
    void afterReleaseTasksAreRefused() {
        loop.release();
        assertDoesNotThrow(loop::release);
        RejectedExecutionException refused =
                assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        assertTrue(refused.getMessage().contains("loop-under-test"), refused.getMessage());
        assertThrows(RejectedExecutionException.class, () -> loop.schedule(() -> {}, 0));
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }
}
