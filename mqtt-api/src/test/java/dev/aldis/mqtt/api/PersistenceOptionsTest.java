package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class PersistenceOptionsTest {

    private static final EncryptionKeys KEYS = EncryptionKeys.of("first", new SecretKeySpec(new byte[32], "AES"));

    @Test
    void durabilityAndEncryptionLeaveTheOthersAsTheyAre() {
        PersistenceOptions options = PersistenceOptions.of("h2:./data")
                .withDurability(Durability.POWER)
                .withEncryption(KEYS);
        assertEquals(
                new PersistenceOptions(URI.create("h2:./data"), Optional.empty(), Durability.POWER, Optional.of(KEYS)),
                options);
        assertEquals(
                Durability.PROCESS, options.withDurability(Durability.PROCESS).durability());
        assertEquals(
                Optional.of(KEYS), options.withDurability(Durability.PROCESS).encryption());
    }

    @Test
    void locationMustSayWhichStore() {
        assertThrows(IllegalArgumentException.class, () -> PersistenceOptions.of("./data"));
    }
}
