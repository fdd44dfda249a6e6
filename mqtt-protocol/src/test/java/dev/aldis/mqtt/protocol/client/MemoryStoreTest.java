package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whose a store on the heap is, how long it lives, and what it says when it is closed. */
class MemoryStoreTest {

    private final MemoryStoreProvider provider = new MemoryStoreProvider();

    /** Named stores live as long as the process: no other test has this name. */
    private final String named = "memory:" + UUID.randomUUID();

    private final List<String> ends = new ArrayList<>();

    private SessionStore open(String location, String clientIdentifier) {
        return provider.open(
                new StoreRequest(StoreRequest.location(location), clientIdentifier, Durability.PROCESS, damage -> {}));
    }

    private void append(SessionStore store, ChangeBatch batch) {
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                ends.add("stored");
            }

            @Override
            public void failed(StoreException cause) {
                ends.add(cause.getMessage());
            }
        });
    }

    private void put(SessionStore store, long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, Payload.of("text " + key).asByteBuffer());
        append(store, batch);
    }

    private static StoredRecord record(long key) {
        return new StoredRecord(key, 1, Payload.of("text " + key));
    }

    @Test
    void aBatchIsThereWhenItsCompletionIsCalledBeforeAppendReturns() {
        SessionStore store = open("memory:", "client");
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, Payload.of("text 1").asByteBuffer());
        batch.put(2, 1, Payload.of("removed").asByteBuffer());
        batch.put(3, 1, Payload.of("text 3").asByteBuffer());
        batch.remove(2);
        List<StoredRecord> seen = new ArrayList<>();
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                seen.addAll(store.scan(0, 10));
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError(cause);
            }
        });
        assertEquals(List.of(record(1), record(3)), seen);
        assertEquals(List.of(record(3)), store.scan(2, 10));
        store.close();
    }

    @Test
    void aStoreWithoutANameIsOfItsOwnAndGoneWithIt() {
        SessionStore first = open("memory:", "client");
        SessionStore second = open("memory:", "client");
        put(first, 1);
        put(second, 2);
        assertEquals(List.of(record(1)), first.scan(0, 10));
        assertEquals(List.of(record(2)), second.scan(0, 10));
        first.close();
        second.close();
        SessionStore third = open("memory:///", "client");
        assertEquals(List.of(), third.scan(0, 10));
        third.close();
    }

    @Test
    void aNamedStoreIsFoundAgainByItsClientAndNoOther() {
        SessionStore first = open(named, "client");
        SessionStore other = open(named, "other");
        SessionStore elsewhere = open(named + "x", "client");
        put(first, 1);
        put(other, 2);
        put(elsewhere, 3);
        first.close();
        other.close();
        elsewhere.close();
        SessionStore again = open(named, "client");
        assertEquals(List.of(record(1)), again.scan(0, 10));
        again.close();
        // However many slashes somebody writes, it is one name.
        SessionStore withSlashes = open(named.replace("memory:", "memory:///"), "client");
        assertEquals(List.of(record(1)), withSlashes.scan(0, 10));
        withSlashes.close();
        assertEquals("memory", provider.scheme());
    }

    @Test
    void aNamedStoreIsRefusedWhileItIsOpenAndFreeWhenItIsClosed() {
        SessionStore first = open(named, "client");
        for (int i = 0; i < 2; i++) {
            StoreException refused = assertThrows(StoreException.class, () -> open(named, "client"));
            assertTrue(refused.getMessage().contains("'client'"), refused::getMessage);
            assertTrue(refused.getMessage().contains(named), refused::getMessage);
        }
        first.close();
        SessionStore second = open(named, "client");
        // Closing the first one again takes nothing from the second.
        first.close();
        assertThrows(StoreException.class, () -> open(named, "client"));
        second.close();
        open(named, "client").close();
    }

    @Test
    void aClosedStoreRefusesEverythingAndKeepsWhatItHolds() {
        SessionStore store = open(named, "client");
        put(store, 1);
        store.close();
        put(store, 2);
        assertEquals(List.of("stored", "The store " + named + " is closed"), ends);
        StoreException refused = assertThrows(StoreException.class, () -> store.scan(0, 1));
        assertEquals("The store " + named + " is closed", refused.getMessage());
        SessionStore again = open(named, "client");
        assertEquals(List.of(record(1)), again.scan(0, 10));
        assertThrows(StoreException.class, () -> store.scan(0, 1), "the closed one stays closed");
        again.close();
    }

    @Test
    void aReadOfNothingIsRefused() {
        SessionStore store = open("memory:", "client");
        for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> store.scan(0, limit));
            assertTrue(refused.getMessage().contains("Limit " + limit), refused::getMessage);
        }
        assertDoesNotThrow(() -> store.scan(0, 1));
        store.close();
    }

    /** The caller is free to write into its batch then, and a second thread into the store. */
    @Test
    void aCompletionIsCalledOutsideTheLock() {
        SessionStore store = open("memory:", "client");
        CompletableFuture<List<StoredRecord>> seen = new CompletableFuture<>();
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, Payload.of("text 1").asByteBuffer());
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                seen.complete(CompletableFuture.supplyAsync(() -> store.scan(0, 10))
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join());
            }

            @Override
            public void failed(StoreException cause) {
                seen.completeExceptionally(cause);
            }
        });
        assertEquals(List.of(record(1)), seen.join());
        store.close();
    }
}
