package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CredentialsTest {

    private static final Payload PASSWORD = Payload.of("secret");

    @Test
    void eachPartMayBeAbsent() {
        Credentials both = Credentials.of("user", PASSWORD);
        assertEquals(Optional.of("user"), both.userName());
        assertEquals(Optional.of(PASSWORD), both.password());
        assertEquals(Optional.empty(), Credentials.ofUserName("user").password());
        assertEquals(Optional.of("user"), Credentials.ofUserName("user").userName());
        assertEquals(Optional.empty(), Credentials.ofPassword(PASSWORD).userName());
        assertEquals(Optional.of(PASSWORD), Credentials.ofPassword(PASSWORD).password());
    }

    @Test
    void anEmptyPartIsNotAbsent() {
        Credentials empty = Credentials.of("", Payload.EMPTY);
        assertEquals(Optional.of(""), empty.userName());
        assertEquals(Optional.of(Payload.EMPTY), empty.password());
    }

    @Test
    void thePasswordIsNeverInItsTextForm() {
        for (Credentials credentials : List.of(
                Credentials.of("user", PASSWORD), Credentials.ofPassword(PASSWORD), Credentials.of("", PASSWORD))) {
            String text = credentials.toString();
            assertFalse(text.contains("secret"), text);
            assertFalse(text.contains("115, 101"), text);
            assertFalse(text.contains("6 bytes"), "not even its length: " + text);
            assertTrue(text.contains("password=hidden"), text);
        }
        assertTrue(Credentials.ofUserName("user").toString().contains("password=none"));
    }

    @Test
    void whatConnectCannotCarryIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Credentials.ofUserName("u\0"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.ofUserName("\uD800"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.ofUserName("x".repeat(65_536)));
        assertEquals(
                65_535,
                Credentials.ofPassword(Payload.wrap(new byte[65_535]))
                        .password()
                        .orElseThrow()
                        .sizeBytes());
        Payload tooLong = Payload.wrap(new byte[65_536]);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Credentials.ofPassword(tooLong));
        assertTrue(
                refused.getMessage().contains("65536") && refused.getMessage().contains("65535"));
    }

    @Test
    void theyAreEqualIfTheirPartsAre() {
        assertEquals(Credentials.of("user", PASSWORD), Credentials.of("user", Payload.of("secret")));
        assertEquals(
                Credentials.of("user", PASSWORD).hashCode(),
                Credentials.of("user", Payload.of("secret")).hashCode());
        assertNotEquals(Credentials.of("user", PASSWORD), Credentials.of("user", Payload.of("other")));
        assertNotEquals(Credentials.of("user", PASSWORD), Credentials.ofUserName("user"));
        assertNotEquals(Credentials.of("user", PASSWORD), Credentials.ofPassword(PASSWORD));
    }
}
