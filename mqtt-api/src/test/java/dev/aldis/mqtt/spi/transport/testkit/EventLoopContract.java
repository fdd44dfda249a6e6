package dev.aldis.mqtt.spi.transport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for the schemes and the event loops of a provider. */
public abstract class EventLoopContract extends TransportFixture {

    @Test
    void schemesAreInLowerCaseAndThatOfThePeerIsAmongThem() throws Exception {
        Set<String> schemes = provider().schemes();
        assertTrue(schemes.contains(newPeer().uri().getScheme()), schemes::toString);
        schemes.forEach(scheme -> assertEquals(scheme.toLowerCase(Locale.ROOT), scheme));
    }

    @Test
    void tasksRunInTheOrderOfTheirCallsOnOneDaemonThread() throws Exception {
        List<Integer> ran = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            loop().execute(() -> {
                ran.add(number);
                threads.add(Thread.currentThread());
            });
        }
        onLoop(() -> null);
        assertEquals(IntStream.range(0, 1_000).boxed().toList(), ran);
        assertEquals(1, threads.stream().distinct().count());
        assertTrue(threads.get(0).isDaemon());
    }

    @Test
    void onlyTheThreadOfTheLoopIsInTheLoop() throws Exception {
        assertTrue(onLoop(loop()::inLoop));
        assertFalse(loop().inLoop());
    }

    @Test
    void aTaskGivenOnTheLoopRunsAfterThePresentOne() throws Exception {
        List<String> ran = new ArrayList<>();
        onLoop(() -> {
            loop().execute(() -> ran.add("second"));
            return ran.add("first");
        });
        onLoop(() -> null);
        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    void aTaskThatThrowsDoesNotEndTheLoop() throws Exception {
        onLoop(() -> {
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
            thread.setUncaughtExceptionHandler((ignored, thrown) -> {});
            loop().execute(() -> {
                throw new IllegalStateException("thrown by a test on purpose");
            });
            loop().execute(() -> thread.setUncaughtExceptionHandler(before));
            return null;
        });
        assertEquals("alive", onLoop(() -> "alive"));
    }

    private record Timers(List<String> ran, CompletableFuture<Long> last, long beganNanos, long tookNanos) {}

    /** The one that is due first is scheduled second. */
    private Timers schedule() throws Exception {
        return onLoop(() -> {
            List<String> ran = new ArrayList<>();
            CompletableFuture<Long> last = new CompletableFuture<>();
            long beganNanos = System.nanoTime();
            loop().schedule(() -> ran.add("soon"), TimeUnit.MILLISECONDS.toNanos(100));
            loop().schedule(() -> ran.add("now"), 0);
            loop().schedule(() -> last.complete(System.nanoTime()), TimeUnit.MILLISECONDS.toNanos(200));
            return new Timers(ran, last, beganNanos, System.nanoTime() - beganNanos);
        });
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndNeverEarly() throws Exception {
        Timers timers = schedule();
        // Each time counts from its own call: a machine that stands still between two of them changes their order.
        while (timers.tookNanos() >= TimeUnit.MILLISECONDS.toNanos(100)) {
            timers = schedule();
        }
        long afterNanos = timers.last().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(afterNanos - timers.beganNanos() >= TimeUnit.MILLISECONDS.toNanos(200));
        assertEquals(List.of("now", "soon"), timers.ran());
    }

    @Test
    void aTimerThatIsCalledOffDoesNotRun() throws Exception {
        List<String> ran = new ArrayList<>();
        CompletableFuture<Void> later = new CompletableFuture<>();
        onLoop(() -> {
            EventLoop.Timer timer = loop().schedule(() -> ran.add("called off"), TimeUnit.MILLISECONDS.toNanos(10));
            loop().schedule(() -> later.complete(null), TimeUnit.MILLISECONDS.toNanos(30));
            timer.cancel();
            timer.cancel();
            return null;
        });
        later.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(List.of(), ran);
    }

    @Test
    void noThreadIsLeftAfterTheLastReleaseAndALoopCanBeAcquiredAnew() throws Exception {
        Link link = open();
        call(link.listener(), link.connection()::close);
        link.listener().awaitClosed();
        releaseLoop();
        assertNoThreadIsLeft();

        EventLoop anew = provider().acquireEventLoop();
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        anew.execute(() -> ran.complete(anew.inLoop()));
        assertTrue(ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        anew.release();
        assertNoThreadIsLeft();
    }

    @Test
    void aLoopCanBeReleasedOnItsOwnThread() throws Exception {
        onLoop(() -> null);
        loop().execute(this::releaseLoop);
        assertNoThreadIsLeft();
    }

    @Test
    void manyOwnersHaveLoopsAndEachReleasesItsOwn() throws Exception {
        List<EventLoop> loops = new ArrayList<>();
        for (int owner = 0; owner < 20; owner++) {
            loops.add(provider().acquireEventLoop());
        }
        for (EventLoop each : loops) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            each.execute(() -> ran.complete(each.inLoop()));
            assertTrue(ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            each.release();
        }
        assertEquals("alive", onLoop(() -> "alive"));
    }
}
