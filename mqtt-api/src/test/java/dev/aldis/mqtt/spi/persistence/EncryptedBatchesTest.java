package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Batches of an encrypted store that wait for a store below that takes its time. */
class EncryptedBatchesTest {

    private static final EncryptionKeys KEYS = EncryptionKeys.of("key", new SecretKeySpec(new byte[32], "AES"));

    /** Keeps what is appended until the test says how it ends. */
    private static final class SlowStore implements SessionStore, StoreProvider {

        private final List<ChangeBatch> batches = new ArrayList<>();
        private final List<AppendCompletion> completions = new ArrayList<>();

        @Override
        public String scheme() {
            return "slow";
        }

        @Override
        public SessionStore open(StoreRequest request) {
            return this;
        }

        @Override
        public void append(ChangeBatch batch, AppendCompletion completion) {
            batches.add(batch);
            completions.add(completion);
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private final SlowStore slow = new SlowStore();
    private final SessionStore store = new EncryptingStoreProvider(slow, KEYS)
            .open(new StoreRequest(URI.create("slow:x"), "client", Durability.PROCESS, damage -> {}));
    private final List<String> ends = new ArrayList<>();

    private void append(String name, boolean wanted) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 2, Payload.of(name).asByteBuffer());
        store.append(batch, new AppendCompletion() {
            @Override
            public boolean isWanted() {
                return wanted;
            }

            @Override
            public void appended() {
                ends.add(name);
            }

            @Override
            public void failed(StoreException cause) {
                ends.add(name + " failed: " + cause.getMessage());
            }
        });
    }

    private String decrypted(ChangeBatch below) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(below.array(), below.offset(0), below.lengthBytes(0));
        RecordOpener.Opened opened = new RecordOpener(KEYS, "client")
                .open(new StoredRecord(below.key(0), below.kind(0), Payload.copyOf(bytes)));
        assertEquals(RecordOpener.Fault.NONE, opened.fault());
        return opened.content().text();
    }

    @Test
    void eachBatchIsToldOfItsOwnEndWhenTheStoreBelowSaysSo() {
        append("first", true);
        append("second", true);
        append("third", true);
        assertEquals(List.of(), ends);
        slow.completions.get(0).appended();
        assertEquals(List.of("first"), ends);
        slow.completions.get(1).failed(new StoreException("disk full", (Throwable) null));
        slow.completions.get(2).appended();
        assertEquals(List.of("first", "second failed: disk full", "third"), ends);
    }

    @Test
    void batchesUnderWayDoNotShareTheirBytesAndOneThatIsDoneIsUsedAgain() throws Exception {
        append("first", true);
        append("second", true);
        ChangeBatch first = slow.batches.get(0);
        assertNotSame(first, slow.batches.get(1));
        assertEquals("first", decrypted(first));
        assertEquals("second", decrypted(slow.batches.get(1)));
        slow.completions.get(0).appended();
        assertEquals(0, first.size());
        append("third", true);
        assertSame(first, slow.batches.get(2), "nothing is allocated in the long run");
        assertEquals("third", decrypted(first));
        assertEquals(1, first.size());
        assertEquals("second", decrypted(slow.batches.get(1)));
        slow.completions.get(2).failed(new StoreException("disk full", (Throwable) null));
        append("fourth", true);
        assertSame(first, slow.batches.get(3), "also after a failure");
    }

    /** A store below that asks too late would leave a gap in what is stored. */
    @Test
    void whetherABatchIsStillWantedIsAskedThrough() {
        append("wanted", true);
        append("not any more", false);
        assertTrue(slow.completions.get(0).isWanted());
        assertFalse(slow.completions.get(1).isWanted());
    }

    @Test
    void aStoreBelowThatCompletesABatchTwiceIsToldSoAndNobodyElseIs() {
        append("first", true);
        AppendCompletion completion = slow.completions.get(0);
        completion.appended();
        IllegalStateException twice = assertThrows(IllegalStateException.class, completion::appended);
        assertTrue(twice.getMessage().contains("twice"), twice::getMessage);
        assertEquals(List.of("first"), ends);
        append("second", true);
        append("third", true);
        assertNotSame(slow.batches.get(1), slow.batches.get(2), "it is not given out twice");
    }

    @Test
    void aRemovalIsPassedOnAmongThePutsInItsPlace() {
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 2, Payload.of("one").asByteBuffer());
        batch.remove(1);
        batch.remove(7);
        batch.put(3, 255, Payload.EMPTY.asByteBuffer());
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                ends.add("done");
            }

            @Override
            public void failed(StoreException cause) {
                ends.add("failed");
            }
        });
        ChangeBatch below = slow.batches.get(0);
        assertEquals(4, below.size());
        assertEquals(List.of(1L, 1L, 7L, 3L), List.of(below.key(0), below.key(1), below.key(2), below.key(3)));
        assertEquals(
                List.of(true, false, false, true),
                List.of(below.isPut(0), below.isPut(1), below.isPut(2), below.isPut(3)));
        assertEquals(255, below.kind(3));
        assertEquals(50 + "key".length(), below.lengthBytes(3), "an empty record has its head and its tag");
        assertEquals(List.of(), ends);
    }
}
