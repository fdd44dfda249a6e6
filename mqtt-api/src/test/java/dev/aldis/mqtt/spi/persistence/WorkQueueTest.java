package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.WorkQueue.Append;
import dev.aldis.mqtt.spi.persistence.WorkQueue.Event;
import dev.aldis.mqtt.spi.persistence.WorkQueue.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for work is woken by it, and gets all of it once and in its order. */
@Timeout(30)
class WorkQueueTest {

    private static final long NEVER = 0;

    private final WorkQueue queue = new WorkQueue();
    private final List<Append> appends = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();

    private static Append append() {
        return new Append(new ChangeBatch(), new AppendCompletion() {
            @Override
            public void appended() {}

            @Override
            public void failed(StoreException cause) {}
        });
    }

    /** Lets another thread wait for work, does something, and says what that thread was woken by. */
    private Event wokenBy(Runnable work) throws InterruptedException {
        CompletableFuture<Event> woken = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                woken.complete(queue.take(appends, reads, NEVER));
            } catch (InterruptedException e) {
                woken.completeExceptionally(e);
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        work.run();
        Event event = woken.orTimeout(20, TimeUnit.SECONDS).join();
        waiting.join();
        return event;
    }

    @Test
    void whoWaitsIsWokenByABatchByAReadAndByTheEnd() throws InterruptedException {
        Append append = append();
        assertEquals(Event.WORK, wokenBy(() -> assertTrue(queue.offer(append))));
        assertEquals(List.of(append), appends);
        Read read = new Read(1, 2);
        assertEquals(Event.WORK, wokenBy(() -> assertTrue(queue.offer(read))));
        assertEquals(List.of(read), reads);
        assertEquals(Event.CLOSED, wokenBy(queue::close));
    }

    @Test
    void allThatWaitsIsTakenOnceInItsOrder() throws InterruptedException {
        List<Append> added = List.of(append(), append(), append());
        added.forEach(queue::offer);
        Read read = new Read(1, 2);
        queue.offer(read);
        assertEquals(Event.WORK, queue.take(appends, reads, NEVER));
        assertEquals(added, appends);
        assertEquals(List.of(read), reads);
        assertEquals(Event.PAUSE, queue.take(appends, reads, 1));
        assertEquals(3, appends.size());
        queue.offer(added.get(1));
        assertEquals(List.of(added.get(1)), queue.takeAppends());
        assertEquals(List.of(), queue.takeAppends());
    }

    @Test
    void nothingComesInAfterTheEndAndWhatIsInIsStillGivenOut() throws InterruptedException {
        Append append = append();
        assertTrue(queue.offer(append));
        queue.close();
        assertFalse(queue.offer(append()));
        assertFalse(queue.offer(new Read(1, 2)));
        assertEquals(Event.WORK, queue.take(appends, reads, NEVER));
        assertEquals(List.of(append), appends);
        assertEquals(List.of(), reads);
        assertEquals(Event.CLOSED, queue.take(appends, reads, NEVER));
    }

    @Test
    void aPauseLastsAsLongAsItIsToLast() throws InterruptedException {
        long pauseNanos = TimeUnit.MILLISECONDS.toNanos(20);
        long start = System.nanoTime();
        assertEquals(Event.PAUSE, queue.take(appends, reads, pauseNanos));
        assertTrue(System.nanoTime() - start >= pauseNanos);
    }

    @Test
    void aReadAnswersWithWhatWentWrong() {
        StoreException own = new StoreException("unreadable", (Throwable) null);
        Read read = new Read(1, 2);
        read.result().completeExceptionally(own);
        assertSame(own, assertThrows(StoreException.class, read::await));
        Read other = new Read(1, 2);
        other.result().completeExceptionally(new IllegalStateException("a mistake"));
        assertThrows(CompletionException.class, other::await);
        Read good = new Read(1, 2);
        good.result().complete(List.of());
        assertEquals(List.of(), good.await());
    }
}
