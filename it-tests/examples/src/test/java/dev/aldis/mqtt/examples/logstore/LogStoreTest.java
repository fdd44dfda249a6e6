package dev.aldis.mqtt.examples.logstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of a store leaves to its author: torn and damaged files, foreign ones, full disks, and the size. */
@Timeout(120)
class LogStoreTest {

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();

    @Test
    void isFoundByItsScheme() {
        assertSame(LogStoreProvider.class, StoreProviders.forScheme("log").getClass());
    }

    @Test
    void isShorterThan300Lines() throws IOException {
        Path sources = Example.folder().resolve("src/main/java/dev/aldis/mqtt/examples/logstore");
        long lines = 0;
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        assertTrue(lines > 100 && lines < 300, "lines: " + lines);
    }

    /** The last batch cut at each of its bytes, as a process that was killed leaves it: the batches before it are there. */
    @Test
    void aTornTailCostsNothingButTheBatchThatWasBeingWritten() throws IOException {
        byte[] two = filled(2);
        byte[] three = filled(3);
        for (int length = two.length; length < three.length; length++) {
            Files.write(file(), Arrays.copyOf(three, length));
            assertEquals(Map.of(0L, "text 0", 1L, "text 1"), contents(), "cut to " + length);
            assertEquals(List.of(), damage, "cut to " + length);
        }
        Files.write(file(), Arrays.copyOf(three, three.length - 1));
        put(9, "goes on");
        assertEquals(Map.of(0L, "text 0", 1L, "text 1", 9L, "goes on"), contents());
    }

    @Test
    void anyChangedByteCostsOneBatchAndIsReportedOnceWithTheBytesKept() throws IOException {
        byte[] whole = filled(3);
        for (int at = 8; at < whole.length; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x10;
            empty();
            Files.write(file(), bytes);
            Map<Long, String> found = contents();
            String where = "byte " + at + " of " + bytes.length + ": " + found + damage;
            int expected = tornLength(bytes) ? 0 : 1;
            assertEquals(2, found.size(), where);
            found.forEach((key, text) -> assertEquals("text " + key, text, where));
            assertEquals(expected, damage.size(), where);
            if (expected == 1) {
                assertArrayEquals(bytes, Files.readAllBytes(asideOf(damage.get(0))), where);
            }
            damage.clear();
            assertEquals(found, contents(), where);
            assertEquals(List.of(), damage, where);
        }
    }

    /** The one damage that looks like a torn tail: the length of the last batch reaches beyond the end of the file. */
    private static boolean tornLength(byte[] bytes) {
        int batchBytes = (bytes.length - 8) / 3;
        ByteBuffer last =
                ByteBuffer.wrap(bytes, bytes.length - batchBytes, batchBytes).slice();
        return last.getInt(0) == 0xBA7C_0001 && last.getInt(4) > batchBytes - 12;
    }

    @Test
    void whatIsNoStoreIsKeptAside() throws IOException {
        for (String text : List.of("", "x", "some text that is longer than a head")) {
            Files.writeString(file(), text);
            damage.clear();
            assertEquals(Map.of(), contents());
            assertEquals(1, damage.size(), damage::toString);
            assertEquals(text, Files.readString(asideOf(damage.get(0))));
        }
    }

    @Test
    void aFileOfANewerVersionIsLeftAlone() throws IOException {
        byte[] bytes = filled(1);
        bytes[7]++;
        Files.write(file(), bytes);
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertTrue(refused.getMessage().contains("newer version"), refused::getMessage);
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    @Test
    void theFileStaysSmallWhileMessagesComeAndGo() throws IOException {
        put(0, "old");
        try (SessionStore store = open()) {
            for (int i = 0; i < 50; i++) {
                ChangeBatch batch = new ChangeBatch();
                batch.put(1, 1, ByteBuffer.allocate(100_000));
                append(store, batch).join();
            }
        }
        assertTrue(
                Files.size(file()) < 2_000_000, () -> "size " + file().toFile().length());
        assertEquals("old", contents().get(0L));
    }

    @Test
    void anAppendThatCannotBeWrittenFailsAndLeavesNoTrace() throws IOException {
        put(0, "before");
        try (SessionStore store = open()) {
            ChangeBatch large = new ChangeBatch();
            large.put(1, 1, ByteBuffer.allocate(2_000_000));
            append(store, large).join();
            ChangeBatch removal = new ChangeBatch();
            removal.remove(1);
            append(store, removal).join();
            // Now the file is mostly empty, and the next append first rewrites it, which this prevents.
            Path inTheWay =
                    Files.createDirectories(folder.resolve("client.log.new").resolve("below"));
            CompletableFuture<Void> failed = append(store, putting(2, "lost"));
            assertTrue(failed.handle((done, failure) -> failure != null).join());
            assertEquals(1, store.scan(0, 10).size());
            Files.delete(inTheWay);
            append(store, putting(3, "after")).join();
        }
        assertEquals(Map.of(0L, "before", 3L, "after"), contents());
    }

    /** The bytes of a file with so many batches, each of one record. */
    private byte[] filled(int batches) throws IOException {
        empty();
        for (int i = 0; i < batches; i++) {
            put(i, "text " + i);
        }
        return Files.readAllBytes(file());
    }

    private void empty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        damage.clear();
    }

    private Path file() {
        return folder.resolve("client.log");
    }

    private static Path asideOf(String report) {
        return Path.of(report.substring(report.lastIndexOf(' ') + 1));
    }

    private SessionStore open() {
        return new LogStoreProvider()
                .open(new StoreRequest(URI.create("log:" + folder), "client", Durability.POWER, damage::add));
    }

    private void put(long key, String text) {
        try (SessionStore store = open()) {
            append(store, putting(key, text)).join();
        }
    }

    private static ChangeBatch putting(long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return batch;
    }

    private static CompletableFuture<Void> append(SessionStore store, ChangeBatch batch) {
        return AppendFuture.of(store, batch);
    }

    private Map<Long, String> contents() {
        Map<Long, String> contents = new TreeMap<>();
        try (SessionStore store = open()) {
            store.scan(0, Integer.MAX_VALUE)
                    .forEach(record ->
                            contents.put(record.key(), record.content().text()));
        }
        return contents;
    }
}
