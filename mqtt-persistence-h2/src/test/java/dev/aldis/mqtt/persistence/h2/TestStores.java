package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;

/** Opens stores for the client identifier {@code client}, and does with them what many tests do. */
final class TestStores {

    private TestStores() {}

    static StoreRequest request(Path folder, Durability durability, Consumer<String> damageListener) {
        return new StoreRequest(URI.create("h2:" + folder), "client", durability, damageListener);
    }

    /** Fails the test if damage is reported. */
    static SessionStore open(Path folder) {
        return open(folder, damage -> {
            throw new AssertionError(damage);
        });
    }

    static SessionStore open(Path folder, Consumer<String> damageListener) {
        return new H2StoreProvider().open(request(folder, Durability.PROCESS, damageListener));
    }

    static SessionStore open(Path folder, SimulatedDisk disk, Durability durability) {
        return new H2StoreProvider(disk.fileSystem()).open(request(folder, durability, damage -> {
            throw new AssertionError(damage);
        }));
    }

    static CompletableFuture<Void> append(SessionStore store, ChangeBatch batch) {
        return AppendFuture.of(store, batch);
    }

    /** A completion that is never to fail. */
    static AppendCompletion stored(Runnable next) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                next.run();
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError(cause);
            }
        };
    }

    static void apply(SessionStore store, ChangeBatch batch) {
        append(store, batch).join();
    }

    static ChangeBatch putting(long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return batch;
    }

    static void put(SessionStore store, long key, String text) {
        apply(store, putting(key, text));
    }

    /** Where in its file a page begins: behind the head of its commit, which stands at the start of a block. */
    static int startOf(Path data, long pagePosition) throws IOException {
        byte[] head = ("chunk:" + Integer.toHexString(DataUtils.getPageChunkId(pagePosition)) + ",")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Files.readAllBytes(data);
        int start = FileHead.BYTES;
        while (!Arrays.equals(bytes, start, start + head.length, head, 0, head.length)) {
            start += FileHead.BLOCK_BYTES;
        }
        return start + DataUtils.getPageOffset(pagePosition);
    }

    /** How an append failed; fails the test if it did not. */
    static StoreException failureOf(CompletableFuture<Void> append) {
        try {
            append.join();
        } catch (CompletionException e) {
            return (StoreException) e.getCause();
        }
        throw new AssertionError("The append succeeded");
    }

    /** The texts of all records by their keys. */
    static Map<Long, String> texts(SessionStore store) {
        Map<Long, String> texts = new TreeMap<>();
        List<StoredRecord> records = store.scan(0, Integer.MAX_VALUE);
        records.forEach(record -> texts.put(record.key(), record.content().text()));
        return texts;
    }
}
