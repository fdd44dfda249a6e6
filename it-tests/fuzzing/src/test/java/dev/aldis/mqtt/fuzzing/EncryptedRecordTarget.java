package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypted records, then changed, moved to other keys and kinds, cut, or made of the input. Opening gives those that nobody
 * changed, as they were; it reports the others, or says that a key is missing or wrong; and no record ever shows what was
 * not encrypted under its key and kind.
 */
final class EncryptedRecordTarget implements FuzzTarget {

    private static final EncryptionKeys KEYS = EncryptionKeys.of("k", new SecretKeySpec(new byte[32], "AES"));
    private static final int RECORDS = 3;

    /** Encrypted once: what is random in it is the same for all inputs of a process then. */
    private static final List<StoredRecord> SEALED = seal();

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        BatchStore store = new BatchStore();
        SEALED.forEach(store::plant);
        boolean changed = change(store, in);
        List<String> damages = new ArrayList<>();
        try (SessionStore opened = new EncryptingStoreProvider(new Around(store), KEYS).open(request(damages))) {
            List<StoredRecord> shown = opened.scan(0, 100);
            for (StoredRecord record : shown) {
                Rule.check(
                        record.key() < RECORDS && record.equals(plain(record.key())),
                        "A record shows what was not encrypted: " + record);
            }
            Rule.check(changed || shown.size() == RECORDS, "A record is lost that nobody changed");
            Rule.equal(store.records().size() - shown.size(), damages.size(), "Records that are reported");
        } catch (StoreException refused) {
            String message = String.valueOf(refused.getMessage());
            Rule.check(changed && message.contains("encrypt"), "No reason to give up: " + message);
        }
    }

    private static StoredRecord plain(long key) {
        return new StoredRecord(key, (int) key + 1, Payload.of("record " + key));
    }

    private static List<StoredRecord> seal() {
        BatchStore store = new BatchStore();
        ChangeBatch batch = new ChangeBatch();
        for (long key = 0; key < RECORDS; key++) {
            StoredRecord record = plain(key);
            batch.put(key, record.kind(), record.content().asByteBuffer());
        }
        SessionStore opened = new EncryptingStoreProvider(new Around(store), KEYS).open(request(new ArrayList<>()));
        opened.append(batch, new AppendCompletion() {
            @Override
            public void appended() {}

            @Override
            public void failed(StoreException cause) {
                throw cause;
            }
        });
        return store.records();
    }

    private static boolean change(BatchStore store, Input in) {
        int changes = in.below(4);
        for (int i = 0; i < changes; i++) {
            StoredRecord record = SEALED.get(in.below(RECORDS));
            byte[] content = record.content().toByteArray();
            switch (in.below(5)) {
                case 0 -> content[in.next() % content.length] ^= (byte) (1 + in.below(255));
                case 1 -> content = Arrays.copyOf(content, in.next() % (content.length + 4));
                case 2 -> content = in.bytes(in.below(80));
                case 3 -> content = withHead(content, in);
                default -> {}
            }
            store.plant(new StoredRecord(in.below(5), in.below(5), Payload.wrap(content)));
        }
        return changes > 0;
    }

    /** Another head with a checksum that fits. */
    private static byte[] withHead(byte[] content, Input in) {
        byte[] head = ("\u00E1\u0001" + (char) ('a' + in.below(26))).getBytes(StandardCharsets.ISO_8859_1);
        byte[] made = content.clone();
        System.arraycopy(head, 0, made, 0, head.length);
        int at = 3 + in.below(28);
        made[at] = (byte) in.next();
        CRC32C sum = new CRC32C();
        sum.update(made, 0, 31);
        ByteBuffer.wrap(made).putInt(31, (int) sum.getValue());
        return made;
    }

    private static StoreRequest request(List<String> damages) {
        return new StoreRequest(URI.create("fuzz:/"), "client", Durability.PROCESS, damages::add);
    }

    /** Hands out a store that is there. */
    private record Around(BatchStore store) implements StoreProvider {

        @Override
        public String scheme() {
            return "fuzz";
        }

        @Override
        public SessionStore open(StoreRequest request) {
            return new SessionStore() {
                private long number;

                @Override
                public void append(ChangeBatch batch, AppendCompletion completion) {
                    store.append(batch, ++number);
                    store.confirm();
                    completion.appended();
                }

                @Override
                public List<StoredRecord> scan(long fromKey, int limit) {
                    return store.scan(fromKey, limit);
                }

                @Override
                public void close() {
                    // The records are the input's.
                }
            };
        }
    }
}
