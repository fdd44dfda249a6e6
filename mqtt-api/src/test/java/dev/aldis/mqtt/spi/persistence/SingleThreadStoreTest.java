package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to the batches around one that fails. */
@Timeout(20)
class SingleThreadStoreTest {

    private static final int KIND = 1;

    /** Fails its first commits, and lets each commit wait for a permit. */
    private static final class FailingStore implements BlockingStore {

        private final AtomicInteger failuresLeft;
        private final Semaphore permits;
        private final List<Long> applied = new ArrayList<>();
        private final List<Long> committed = new ArrayList<>();

        FailingStore(int failures, Semaphore permits) {
            this.failuresLeft = new AtomicInteger(failures);
            this.permits = permits;
        }

        @Override
        public void apply(ChangeBatch batch) {
            applied.add(batch.key(0));
        }

        @Override
        public void commit() throws IOException {
            permits.acquireUninterruptibly();
            if (failuresLeft.getAndDecrement() > 0) {
                throw new IOException("the disk is away");
            }
            committed.addAll(applied);
            applied.clear();
        }

        @Override
        public void abandon(Throwable cause) {
            applied.clear();
        }

        @Override
        public boolean isBroken() {
            return false;
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) {
            return List.of();
        }

        @Override
        public void tidy() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "failing";
        }
    }

    @Test
    void whoAppendsAgainOnFailureReachesTheStoreThatIsMendedByItsNextUse() {
        FailingStore failing = new FailingStore(3, new Semaphore(1000));
        CompletableFuture<Integer> attempts = new CompletableFuture<>();
        try (SingleThreadStore store = new SingleThreadStore(failing, () -> {}, "test")) {
            appendUntilDone(store, 1, attempts);
            int needed = attempts.orTimeout(10, TimeUnit.SECONDS).join();
            // Three failures of the store itself, and with each at most one more that was behind it.
            assertTrue(needed >= 4 && needed <= 7, () -> needed + " attempts");
        }
        assertEquals(List.of(1L), failing.committed);
    }

    @Test
    void aBatchThatFailsTakesThoseBehindItWithIt() {
        Semaphore permits = new Semaphore(0);
        FailingStore failing = new FailingStore(1, permits);
        try (SingleThreadStore store = new SingleThreadStore(failing, () -> {}, "test")) {
            CompletableFuture<Void> first = append(store, 1);
            CompletableFuture<Void> second = append(store, 2);
            CompletableFuture<Void> third = append(store, 3);
            permits.release(10);
            assertEquals(List.of(true, true, true), List.of(failed(first), failed(second), failed(third)));
            // The store has done with the failure when it reads.
            assertEquals(List.of(), store.scan(0, 1));
            assertFalse(failed(append(store, 4)));
        }
        assertEquals(List.of(4L), failing.committed);
    }

    @Test
    void whatIsNotWantedAnyMoreFailsAndWhatFollowsIsStored() {
        FailingStore failing = new FailingStore(1, new Semaphore(1000));
        try (SingleThreadStore store = new SingleThreadStore(failing, () -> {}, "test")) {
            assertTrue(failed(append(store, 1)));
            assertEquals(List.of(), store.scan(0, 1));
            CompletableFuture<Void> second = append(store, 2, () -> false);
            CompletableFuture<Void> third = append(store, 3, () -> true);
            assertTrue(failed(second));
            assertFalse(failed(third));
        }
        assertEquals(List.of(3L), failing.committed);
    }

    private static void appendUntilDone(SessionStore store, int attempt, CompletableFuture<Integer> done) {
        store.append(batch(1), new AppendCompletion() {
            @Override
            public void appended() {
                done.complete(attempt);
            }

            @Override
            public void failed(StoreException cause) {
                appendUntilDone(store, attempt + 1, done);
            }
        });
    }

    private static CompletableFuture<Void> append(SessionStore store, long key) {
        return append(store, key, () -> true);
    }

    private static CompletableFuture<Void> append(SessionStore store, long key, BooleanSupplier wanted) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        store.append(batch(key), new AppendCompletion() {
            @Override
            public boolean isWanted() {
                return wanted.getAsBoolean();
            }

            @Override
            public void appended() {
                done.complete(null);
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        });
        return done;
    }

    private static boolean failed(CompletableFuture<Void> append) {
        return append.handle((done, failure) -> failure instanceof StoreException)
                .join();
    }

    private static ChangeBatch batch(long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, KIND, ByteBuffer.allocate(1));
        return batch;
    }
}
