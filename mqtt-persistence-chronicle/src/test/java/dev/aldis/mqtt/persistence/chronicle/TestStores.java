package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/** Opens stores for the client identifier {@code client}, and does with them what many tests do. */
final class TestStores {

    /** Small, so that a test goes through many of them. */
    static final int SEGMENT_BYTES = 64 << 10;

    private TestStores() {}

    static StoreRequest request(Path folder, Durability durability, Consumer<String> damageListener) {
        return new StoreRequest(URI.create("chronicle:" + folder), "client", durability, damageListener);
    }

    /** Fails the test if damage is reported. */
    static SessionStore open(Path folder) {
        return open(folder, TestStores::noDamage);
    }

    static SessionStore open(Path folder, Consumer<String> damageListener) {
        return new ChronicleStoreProvider().open(request(folder, Durability.PROCESS, damageListener));
    }

    /** With small segments. */
    static SessionStore openSmall(Path folder, SegmentFiles files, Durability durability, Consumer<String> damage) {
        return new ChronicleStoreProvider(files, SEGMENT_BYTES, 4 * SEGMENT_BYTES)
                .open(request(folder, durability, damage));
    }

    /** Fails the test, unless a provider passes on what its listener throws. */
    static void noDamage(String damage) {
        Assertions.fail(damage);
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

    static ChangeBatch removing(long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.remove(key);
        return batch;
    }

    static void put(SessionStore store, long key, String text) {
        apply(store, putting(key, text));
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
        store.scan(0, Integer.MAX_VALUE)
                .forEach(record -> texts.put(record.key(), record.content().text()));
        return texts;
    }

    /** All segments of the store, the oldest first. */
    static List<Path> segments(Path folder) throws IOException {
        return new StorePaths(folder, "client")
                .segments().stream().map(StorePaths.Found::file).toList();
    }

    /** How much the store uses of the disk, where the files have no holes. */
    static long segmentBytes(Path folder) throws IOException {
        long bytes = 0;
        for (StorePaths.Found found : new StorePaths(folder, "client").segments()) {
            bytes += occupied(found.file());
        }
        return bytes;
    }

    /** The blocks that a file occupies; its length where that cannot be known. */
    private static long occupied(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.isEmpty() ? 0 : Long.parseLong(output.substring(0, output.indexOf('\t'))) << 10;
    }

    /** Copies a store. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
