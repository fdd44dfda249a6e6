package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who looks into a store changes nothing, and takes it away from nobody. */
@Timeout(120)
class ChronicleReadingTest {

    @TempDir
    Path folder;

    private final ChronicleStoreProvider provider = new ChronicleStoreProvider();

    @Test
    void showsWhatIsThereAndLeavesTheFilesAsTheyAre() throws IOException {
        try (SessionStore store = provider.open(request())) {
            put(store, 1, "one");
            put(store, 2, "two");
        }
        Map<Path, Payload> before = files();
        try (StoreReader reader = provider.openForReading(request())) {
            assertEquals("one", reader.scan(0, 1).get(0).content().text());
            assertEquals(1, reader.scan(2, 10).size());
            assertEquals(before, files());
            try (SessionStore store = provider.open(request())) {
                put(store, 1, "changed while it is looked at");
            }
            assertEquals("one", reader.scan(0, 1).get(0).content().text());
        }
    }

    @Test
    void aStoreThatIsOpenIsInUseAndOneThatIsNotThereIsNotMade() {
        try (SessionStore store = provider.open(request())) {
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> provider.openForReading(request()).close());
            assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
            put(store, 1, "goes on");
        }
        StoreRequest nobody = new StoreRequest(request().location(), "nobody", Durability.PROCESS, damage -> {});
        StoreException missing = assertThrows(
                StoreException.class, () -> provider.openForReading(nobody).close());
        assertTrue(missing.getMessage().contains("'nobody'"), missing::getMessage);
    }

    @Test
    void aCopyThatCannotBeLookedAtDoesNotStay() {
        try (SessionStore store = provider.open(request())) {
            put(store, 1, "one");
        }
        List<Path> opened = new ArrayList<>();
        SegmentFiles failing = new SegmentFiles() {
            @Override
            FileChannel openToRead(Path file) throws IOException {
                opened.add(file);
                throw new IOException("broken disk");
            }
        };
        ChronicleStoreProvider unable =
                new ChronicleStoreProvider(failing, TestStores.SEGMENT_BYTES, TestStores.SEGMENT_BYTES);
        StoreException failure = assertThrows(
                StoreException.class, () -> unable.openForReading(request()).close());
        assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
        Path queue = opened.get(0).getParent();
        assertFalse(queue.startsWith(folder));
        assertFalse(Files.exists(queue.getParent().getParent()), queue::toString);
    }

    @Test
    void whereThereIsNoFolderThereIsNoStoreToLookInto() {
        StoreRequest request = TestStores.request(folder.resolve("nowhere"), Durability.PROCESS, damage -> {});
        StoreException missing = assertThrows(
                StoreException.class, () -> provider.openForReading(request).close());
        assertTrue(missing.getMessage().contains("'client'"), missing::getMessage);
        assertFalse(Files.exists(folder.resolve("nowhere")));
    }

    private StoreRequest request() {
        return new StoreRequest(URI.create("chronicle:" + folder), "client", Durability.PROCESS, damage -> {
            throw new AssertionError(damage);
        });
    }

    private static void put(SessionStore store, long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        AppendFuture.of(store, batch).join();
    }

    private Map<Path, Payload> files() throws IOException {
        Map<Path, Payload> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Payload.wrap(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
