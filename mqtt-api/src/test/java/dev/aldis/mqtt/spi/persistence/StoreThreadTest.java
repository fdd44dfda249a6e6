package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the thread of a store asks of the half that may block, in which order, and what becomes of its failures. */
@Timeout(30)
class StoreThreadTest {

    /** Something that a test does in the middle of a call. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final Step NOTHING = () -> {};

    /** Notes what is asked of it. */
    private static final class Noted implements BlockingStore {

        /** With each {@code tidy}, which comes whenever a test is held up for a second. */
        private final List<String> all = Collections.synchronizedList(new ArrayList<>());

        private volatile Step onApply = NOTHING;
        private volatile Step onCommit = NOTHING;
        private volatile Step onScan = NOTHING;
        private volatile Step onTidy = NOTHING;
        private volatile Step onClose = NOTHING;
        private volatile boolean broken;
        private volatile @Nullable Throwable abandonedFor;

        private List<String> calls() {
            return List.of(all.toArray(String[]::new)).stream()
                    .filter(call -> !call.equals("tidy"))
                    .toList();
        }

        @Override
        public void apply(ChangeBatch batch) throws IOException {
            all.add("apply " + batch.key(0));
            onApply.run();
        }

        @Override
        public void commit() throws IOException {
            all.add("commit");
            onCommit.run();
        }

        @Override
        public void abandon(Throwable cause) {
            all.add("abandon");
            abandonedFor = cause;
        }

        @Override
        public boolean isBroken() {
            return broken;
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) throws IOException {
            all.add("scan " + fromKey + " " + limit);
            onScan.run();
            return List.of(new StoredRecord(fromKey, 1, Payload.EMPTY));
        }

        @Override
        public void tidy() throws IOException {
            all.add("tidy");
            onTidy.run();
        }

        @Override
        public void close() throws IOException {
            all.add("close");
            onClose.run();
        }

        @Override
        public String toString() {
            return "the store";
        }
    }

    private final Noted noted = new Noted();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final SingleThreadStore store = new SingleThreadStore(noted, () -> noted.all.add("unlock"), "thread of");

    @AfterEach
    void close() {
        noted.onClose = NOTHING;
        goOn.countDown();
        store.close();
    }

    private static ChangeBatch batch(long key, int lengthBytes) {
        ChangeBatch batch = new ChangeBatch();
        batch.allocate(key, 1, lengthBytes);
        return batch;
    }

    /** Whose end nobody waits for. */
    private void enqueue(long key, int lengthBytes) {
        store.append(batch(key, lengthBytes), new AppendCompletion() {
            @Override
            public void appended() {
                noted.all.add("stored " + key);
            }

            @Override
            public void failed(StoreException cause) {
                noted.all.add("failed " + key);
            }
        });
    }

    private AppendFuture append(long key) {
        return AppendFuture.of(store, batch(key, 1));
    }

    private static StoreException failure(CompletableFuture<?> end) {
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> end.orTimeout(20, TimeUnit.SECONDS).join());
        return (StoreException) failure.getCause();
    }

    /** Holds the thread in the commit of a first batch, so that what comes then is found at once. */
    private void hold() throws InterruptedException {
        noted.onCommit = () -> {
            started.countDown();
            await(goOn);
        };
        enqueue(0, 1);
        assertTrue(started.await(20, TimeUnit.SECONDS));
        noted.all.clear();
        noted.onCommit = NOTHING;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("thread of the store"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatWaitsIsReadFirstAndThenWrittenInOneCommit() throws Exception {
        hold();
        enqueue(1, 1);
        enqueue(2, 1);
        CompletableFuture<Integer> read = new CompletableFuture<>();
        Thread reader = new Thread(() -> read.complete(store.scan(5, 3).size()));
        reader.start();
        // What it waits for is the answer: its question is in the queue.
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        assertEquals(1, read.orTimeout(20, TimeUnit.SECONDS).join());
        append(3).orTimeout(20, TimeUnit.SECONDS).join();
        assertEquals(
                List.of("stored 0", "scan 5 3", "apply 1", "apply 2", "commit", "stored 1", "stored 2"),
                noted.calls().subList(0, 7));
        reader.join();
    }

    /** So that the memory for one commit stays bounded. */
    @Test
    void whatIsTooMuchForOneCommitIsCommittedInParts() throws Exception {
        hold();
        int half = 8 << 20;
        enqueue(1, half);
        enqueue(2, half - 1);
        enqueue(3, 1);
        enqueue(4, half);
        AppendFuture last = append(5);
        goOn.countDown();
        last.orTimeout(20, TimeUnit.SECONDS).join();
        List<String> calls = noted.calls().stream()
                .filter(call -> !call.startsWith("stored"))
                .toList();
        assertEquals(List.of("apply 1", "apply 2", "apply 3", "commit", "apply 4", "apply 5", "commit"), calls);
    }

    @Test
    void aPartThatFailsTakesTheLaterPartsWithItAndLeavesTheEarlierOnes() throws Exception {
        hold();
        enqueue(1, 16 << 20);
        AppendFuture second = AppendFuture.of(store, batch(2, 16 << 20));
        AppendFuture third = append(3);
        noted.onApply = () -> {
            if (noted.calls().contains("apply 2")) {
                throw new IOException("disk full");
            }
        };
        goOn.countDown();
        StoreException failure = failure(second);
        assertTrue(failure.getMessage().contains("the store could not be written (java.io.IOException: disk full)"));
        assertSame(failure, failure(third));
        assertEquals(List.of("stored 0", "apply 1", "commit", "stored 1", "apply 2", "abandon"), noted.calls());
        assertSame(failure.getCause(), noted.abandonedFor);
    }

    @Test
    void anErrorNamesWhatLiesBehindIt() {
        noted.onCommit = () -> {
            throw new IllegalStateException("outer", new IOException("middle", new IOException("no space")));
        };
        StoreException failure = failure(append(1));
        assertTrue(failure.getMessage().contains("(java.io.IOException: no space)"), failure::getMessage);
        // The store has done with the failure when it reads.
        assertEquals(1, store.scan(1, 1).size());
        noted.onCommit = () -> {
            throw new AssertionError("an error, too");
        };
        assertTrue(failure(append(2)).getMessage().contains("an error, too"));
    }

    @Test
    void aCompletionThatFailsHoldsNothingUp() throws Exception {
        for (boolean stored : new boolean[] {true, false}) {
            noted.onCommit = () -> {
                if (!stored) {
                    throw new IOException("disk full");
                }
            };
            CountDownLatch told = new CountDownLatch(1);
            store.append(batch(1, 1), new AppendCompletion() {
                @Override
                public void appended() {
                    noted.all.add("told");
                    told.countDown();
                    throw new IllegalStateException("of the caller");
                }

                @Override
                public void failed(StoreException cause) {
                    noted.all.add("told of a failure");
                    told.countDown();
                    throw new AssertionError("of the caller");
                }
            });
            await(told);
            // The store has done with it when it reads.
            assertEquals(1, store.scan(1, 1).size());
            noted.onCommit = NOTHING;
            append(2).orTimeout(20, TimeUnit.SECONDS).join();
        }
        List<String> told =
                noted.calls().stream().filter(call -> call.startsWith("told")).toList();
        assertEquals(List.of("told", "told of a failure"), told);
    }

    @Test
    void aReadThatFailsIsAnErrorAndTheNextOneIsTried() {
        IOException cause = new IOException("unreadable");
        noted.onScan = () -> {
            throw new IllegalStateException(cause);
        };
        StoreException failure = assertThrows(StoreException.class, () -> store.scan(1, 1));
        assertTrue(failure.getMessage().contains("the store cannot be read (java.io.IOException: unreadable)"));
        assertSame(cause, assertNotNullCause(failure).getCause());
        assertEquals(List.of("scan 1 1", "abandon"), noted.calls());
        noted.onScan = NOTHING;
        assertEquals(1, store.scan(1, 1).size());
        StoreException own = new StoreException("of the store itself", (Throwable) null);
        noted.onScan = () -> {
            throw own;
        };
        assertSame(own, assertThrows(StoreException.class, () -> store.scan(1, 1)));
        assertEquals(List.of("scan 1 1", "abandon", "scan 1 1", "scan 1 1"), noted.calls());
    }

    private static Throwable assertNotNullCause(Throwable failure) {
        Throwable cause = failure.getCause();
        assertNotNull(cause);
        return cause;
    }

    @Test
    void aReadOfNothingIsRefusedAndNotAsked() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> store.scan(0, 0));
        assertTrue(refused.getMessage().contains("Limit 0"), refused::getMessage);
        assertEquals(List.of(), noted.calls());
        assertEquals(1, store.scan(0, 1).size());
    }

    /** It would wait for itself. */
    @Test
    void aCompletionMayReadAndMayNotClose() {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        CompletableFuture<RuntimeException> refused = new CompletableFuture<>();
        store.append(batch(1, 1), new AppendCompletion() {
            @Override
            public void appended() {
                read.complete(store.scan(7, 1).size());
                refused.complete(assertThrows(IllegalStateException.class, store::close));
            }

            @Override
            public void failed(StoreException cause) {
                read.completeExceptionally(cause);
            }
        });
        assertEquals(1, read.orTimeout(20, TimeUnit.SECONDS).join());
        String message = refused.orTimeout(20, TimeUnit.SECONDS).join().getMessage();
        assertTrue(message.contains("closed by a completion"), message);
        append(2).orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** A store that its last failure has broken is mended by the next pause, or the one after it. */
    @Test
    void aPauseIsUsedForWhatCanWaitAndTheNextOneAsWellWhileTheStoreIsBroken() throws Exception {
        CountDownLatch second = new CountDownLatch(2);
        // There is no pause while it is held, so that both come after this.
        hold();
        noted.broken = true;
        noted.onTidy = () -> {
            noted.broken = second.getCount() == 2;
            second.countDown();
            throw new IOException("not yet");
        };
        goOn.countDown();
        await(second);
        // It has done with the second failure when it reads. Another pause may follow that.
        assertEquals(1, store.scan(1, 1).size());
        List<String> expected = List.of("stored 0", "tidy", "abandon", "tidy", "abandon", "scan 1 1");
        assertEquals(expected, List.of(noted.all.toArray(String[]::new)).subList(0, expected.size()));
    }

    @Test
    void whatWasAppendedIsStoredBeforeTheStoreIsClosedAndItsLockGivenBack() throws Exception {
        hold();
        enqueue(1, 1);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(store::close);
        goOn.countDown();
        closing.orTimeout(20, TimeUnit.SECONDS).join();
        List<String> calls = List.of("stored 0", "apply 1", "commit", "stored 1", "close", "unlock");
        assertEquals(calls, noted.calls());
        assertTrue(failure(append(2)).getMessage().contains("The store the store is closed"));
        StoreException closed = assertThrows(StoreException.class, () -> store.scan(0, 1));
        assertTrue(closed.getMessage().contains("is closed"), closed::getMessage);
        store.close();
        assertEquals(calls, noted.calls());
    }

    @Test
    void aStoreThatCannotBeClosedSaysSoOnceAndGivesItsLockBack() {
        noted.onClose = () -> {
            throw new IOException("disk away");
        };
        StoreException failure = assertThrows(StoreException.class, store::close);
        assertTrue(failure.getMessage().contains("could not be closed in order (java.io.IOException: disk away)"));
        assertEquals(List.of("close", "unlock"), noted.calls());
        store.close();
    }

    @Test
    void anInterruptNeitherStopsTheThreadNorTheWaitForItsEnd() throws Exception {
        Thread thread = thread();
        assertTrue(thread.isDaemon());
        thread.interrupt();
        assertFalse(thread.isInterrupted());
        hold();
        thread.interrupt();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            store.close();
            interrupted.complete(Thread.currentThread().isInterrupted() && !thread.isAlive());
        });
        closing.start();
        // It has been interrupted when it takes the interrupt for itself, and waits all the same.
        while (closing.getState() != Thread.State.WAITING || closing.isInterrupted()) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), noted.calls());
        goOn.countDown();
        assertTrue(interrupted.orTimeout(20, TimeUnit.SECONDS).join(), "and is told to whoever closed");
        assertEquals(List.of("stored 0", "close", "unlock"), noted.calls());
        closing.join();
    }
}
