package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who looks into a store changes nothing, and takes it away from nobody. */
@Timeout(60)
class ReadingTest {

    private record FileState(Payload bytes, FileTime changed) {}

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();

    @Test
    void showsWhatIsThereAndLeavesTheFilesAsTheyAre() throws IOException {
        fill();
        Map<String, FileState> before = files();
        try (StoreReader reader = read(new H2StoreProvider())) {
            assertEquals("record 0", reader.scan(0, 1).get(0).content().text());
            assertEquals(7, reader.scan(3, 100).size());
            assertThrows(IllegalArgumentException.class, () -> reader.scan(0, 0));
        }
        assertEquals(before, files());
        assertEquals(List.of(), damage);
    }

    @Test
    void showsWhatACrashHasLeft() throws IOException {
        Path crashed = Files.createDirectory(folder.resolve("crashed"));
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "stored before the crash");
            Files.copy(folder.resolve("client.mv.db"), crashed.resolve("client.mv.db"));
        }
        StoreRequest request = TestStores.request(crashed, Durability.PROCESS, damage::add);
        try (StoreReader reader = new H2StoreProvider().openForReading(request)) {
            assertEquals(
                    "stored before the crash",
                    reader.scan(0, 10).get(0).content().text());
        }
        try (Stream<Path> files = Files.list(crashed)) {
            assertEquals(List.of(crashed.resolve("client.mv.db")), files.toList());
        }
    }

    @Test
    void aStoreThatIsOpenIsInUse() {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "one");
            StoreException refused = assertThrows(
                    StoreException.class, () -> read(new H2StoreProvider()).close());
            assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
            TestStores.put(store, 2, "two");
        }
    }

    @Test
    void theStoreIsFreeWhileItIsLookedAt() throws IOException {
        fill();
        try (StoreReader reader = read(new H2StoreProvider())) {
            try (SessionStore store = TestStores.open(folder)) {
                TestStores.put(store, 0, "changed meanwhile");
            }
            assertEquals("record 0", reader.scan(0, 1).get(0).content().text());
        }
    }

    @Test
    void whatIsDamagedIsReportedAndLeftAsItIs() throws IOException {
        fill();
        Path data = folder.resolve("client.mv.db");
        byte[] bytes = Files.readAllBytes(data);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("record 5");
        bytes[at] ^= 1;
        Files.write(data, bytes);
        Map<String, FileState> before = files();
        try (StoreReader reader = read(new H2StoreProvider())) {
            assertEquals(9, reader.scan(0, 100).size());
        }
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("Record 5 "), damage::toString);
        assertEquals(before, files());
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() throws IOException {
        StoreException refused = assertThrows(
                StoreException.class, () -> read(new H2StoreProvider()).close());
        assertTrue(refused.getMessage().contains("'client'"), refused::getMessage);
        assertEquals(Map.of(), files());
    }

    @Test
    void anEncryptedStoreIsReadWithItsKeysAndNotEncryptedAgain() throws IOException {
        EncryptionKeys former = EncryptionKeys.of("1", new SecretKeySpec(new byte[32], "AES"));
        EncryptionKeys both = EncryptionKeys.of("2", new SecretKeySpec(new byte[16], "AES"))
                .withFormerKey("1", new SecretKeySpec(new byte[32], "AES"));
        try (SessionStore store = new EncryptingStoreProvider(new H2StoreProvider(), former)
                .open(TestStores.request(folder, Durability.PROCESS, damage::add))) {
            TestStores.put(store, 1, "secret");
        }
        Map<String, FileState> before = files();
        try (StoreReader reader = read(new EncryptingStoreProvider(new H2StoreProvider(), both))) {
            assertEquals("secret", reader.scan(0, 1).get(0).content().text());
        }
        assertEquals(before, files());
    }

    @Test
    void theCopyIsDeletedWithTheReader() {
        fill();
        StoreReader reader = read(new H2StoreProvider());
        reader.close();
        reader.close();
        String message = messageOf(() -> reader.scan(0, 1));
        assertTrue(message.contains("is closed"), message);
        assertFalse(Files.exists(copyNamedIn(message)), message);
    }

    @Test
    void noCopyIsLeftOfAStoreThatIsRefused() throws IOException {
        fill();
        OpenFile file = FileAccess.PLAIN.open(folder.resolve("client.mv.db"));
        file.store().setStoreVersion(RecordFormat.VERSION + 1);
        file.store().openMap("records-" + (RecordFormat.VERSION + 1));
        file.store().close();
        Map<String, FileState> before = files();
        String message = messageOf(() -> read(new H2StoreProvider()).close());
        assertTrue(message.contains("newer version"), message);
        assertFalse(Files.exists(copyNamedIn(message)), message);
        assertEquals(before, files());
    }

    private static String messageOf(Executable use) {
        return String.valueOf(assertThrows(StoreException.class, use).getMessage());
    }

    /** The folder of the copy. */
    private static Path copyNamedIn(String message) {
        Matcher found = Pattern.compile("\\S*aldis-mqtt-\\w+").matcher(message);
        assertTrue(found.find(), message);
        return Path.of(found.group());
    }

    private StoreReader read(StoreProvider provider) {
        return provider.openForReading(TestStores.request(folder, Durability.PROCESS, damage::add));
    }

    private void fill() {
        try (SessionStore store = TestStores.open(folder)) {
            ChangeBatch batch = new ChangeBatch();
            for (int key = 0; key < 10; key++) {
                batch.put(key, 1, ByteBuffer.wrap(("record " + key).getBytes(StandardCharsets.UTF_8)));
            }
            TestStores.apply(store, batch);
        }
    }

    private Map<String, FileState> files() throws IOException {
        Map<String, FileState> states = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                FileState state =
                        new FileState(Payload.wrap(Files.readAllBytes(file)), Files.getLastModifiedTime(file));
                states.put(file.getFileName().toString(), state);
            }
        }
        return states;
    }
}
