package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUriTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://localhost",
                "mqtt://my_host:1883",
                "wss://host/path/with@sign?to=a@b",
                "mqtt+unix:///run/a@b.sock",
                "pipe:name"
            })
    void whatNamesAServerIsTaken(String uri) {
        assertEquals(URI.create(uri), ServerUri.parse(uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://me:secret@localhost",
                "mqtt://me:secret@my_host:1883",
                "me:secret@localhost:1883",
                "me%3Asecret@localhost",
                "mqtt://me:secret @localhost",
                "mqtt://me:secret%@localhost",
            })
    void userInformationIsRefusedWithoutRepeatingIt(String uri) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> ServerUri.parse(uri));
        assertFalse(refused.toString().contains("secret"), refused::toString);
    }

    @Test
    void whatIsNoUriIsToldSo() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ServerUri.parse("mqtt://host name"));
        assertTrue(refused.getMessage().contains("character"), refused::toString);
    }

    @Test
    void aSchemeIsNeeded() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> MqttClient.builder().server("//localhost"));
        assertTrue(refused.getMessage().contains("no scheme"), refused::toString);
    }
}
