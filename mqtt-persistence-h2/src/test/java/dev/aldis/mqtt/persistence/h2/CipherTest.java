package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** H2's own encryption of a file: the password is never in the URI, and a wrong one damages nothing. */
@Timeout(60)
class CipherTest {

    private static final String PROPERTY = "dev.aldis.mqtt.persistence.h2.CipherTest";
    private static final String ENCRYPTED = "?cipher=AES&password=property:" + PROPERTY;

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();

    @BeforeEach
    void setPassword() {
        System.setProperty(PROPERTY, "right");
    }

    @AfterEach
    void clearPassword() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void theContentIsNotInTheFile() throws IOException {
        put(ENCRYPTED, 1, "secret text");
        String bytes = Files.readString(data(), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("secret"));
        assertFalse(bytes.contains("chunk:"), "nor anything else that H2 writes");
        assertEquals(Map.of(1L, "secret text"), contents(ENCRYPTED));
    }

    @Test
    void aWrongPasswordIsAnErrorThatChangesNothing() throws IOException {
        put(ENCRYPTED, 1, "secret text");
        byte[] before = Files.readAllBytes(data());
        System.setProperty(PROPERTY, "wrong");
        StoreException refused = assertThrows(StoreException.class, () -> contents(ENCRYPTED));
        assertTrue(refused.getMessage().contains("give the right password"), refused::getMessage);
        assertFalse(refused.getMessage().contains("wrong password"), refused::getMessage);
        assertArrayEquals(before, Files.readAllBytes(data()));
        assertEquals(List.of(), damage);
        System.setProperty(PROPERTY, "right");
        assertEquals(Map.of(1L, "secret text"), contents(ENCRYPTED));
    }

    @Test
    void aMissingPasswordIsAnErrorThatNamesItsPlace() {
        System.clearProperty(PROPERTY);
        StoreException refused = assertThrows(StoreException.class, () -> contents(ENCRYPTED));
        assertTrue(refused.getMessage().contains("property:" + PROPERTY), refused::getMessage);
    }

    @Test
    void anEncryptedFileIsNotTakenForDamageWithoutThePassword() throws IOException {
        put(ENCRYPTED, 1, "secret text");
        byte[] before = Files.readAllBytes(data());
        StoreException refused = assertThrows(StoreException.class, () -> contents(""));
        assertTrue(refused.getMessage().contains("cipher=AES"), refused::getMessage);
        assertArrayEquals(before, Files.readAllBytes(data()));
    }

    @Test
    void aPlainFileIsNotTakenForDamageWithAPassword() throws IOException {
        put("", 1, "plain text");
        byte[] before = Files.readAllBytes(data());
        StoreException refused = assertThrows(StoreException.class, () -> contents(ENCRYPTED));
        assertTrue(refused.getMessage().contains("is not encrypted"), refused::getMessage);
        assertArrayEquals(before, Files.readAllBytes(data()));
    }

    @Test
    void damageOfAnEncryptedFileIsRepaired() throws IOException {
        try (SessionStore store = open(ENCRYPTED)) {
            for (int key = 0; key < 100; key++) {
                TestStores.put(store, key, "text " + key);
            }
        }
        byte[] whole = Files.readAllBytes(data());
        int opened = 0;
        for (int block = 1; block < whole.length / 4096; block++) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, block * 4096, (block + 1) * 4096, (byte) 0x55);
            Files.write(data(), bytes);
            damage.clear();
            String where = "block " + block;
            try {
                Map<Long, String> found = contents(ENCRYPTED);
                found.forEach((key, text) -> assertEquals("text " + key, text, where));
                assertTrue(found.size() == 100 || !damage.isEmpty(), where);
                opened++;
            } catch (StoreException e) {
                assertTrue(e.getMessage().contains("Nothing was changed"), e::getMessage);
                assertArrayEquals(bytes, Files.readAllBytes(data()), where);
            }
        }
        assertTrue(opened > whole.length / 4096 / 2, "opened " + opened + " of " + whole.length / 4096);
    }

    @Test
    void isLookedIntoWithThePassword() {
        put(ENCRYPTED, 1, "secret text");
        try (StoreReader reader = new H2StoreProvider().openForReading(request(ENCRYPTED))) {
            assertEquals("secret text", reader.scan(0, 1).get(0).content().text());
        }
    }

    @Test
    void aPasswordInTheUriIsRefusedAndNotRepeated() {
        for (String parameters :
                List.of("?cipher=AES&password=geheim", "?cipher=AES&password=env:", "?password=geheim")) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> contents(parameters));
            assertTrue(refused.getMessage().contains("env:NAME"), refused::getMessage);
            assertFalse(refused.getMessage().contains("geheim"), refused::getMessage);
        }
    }

    @Test
    void parametersThatAreNotKnownAreRefused() {
        for (String parameters :
                List.of("?chipher=AES", "?cipher", "?cipher=XTEA&password=env:A", "?cipher=AES&cipher=AES")) {
            assertThrows(IllegalArgumentException.class, () -> contents(parameters), parameters);
        }
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }

    private StoreRequest request(String parameters) {
        return new StoreRequest(URI.create("h2:" + folder + parameters), "client", Durability.PROCESS, damage::add);
    }

    private SessionStore open(String parameters) {
        return new H2StoreProvider().open(request(parameters));
    }

    private void put(String parameters, long key, String text) {
        try (SessionStore store = open(parameters)) {
            TestStores.put(store, key, text);
        }
    }

    private Map<Long, String> contents(String parameters) {
        try (SessionStore store = open(parameters)) {
            return TestStores.texts(store);
        }
    }
}
