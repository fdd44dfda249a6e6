package dev.aldis.mqtt.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards all other tests here: a rule must not pass because nothing was found. */
class LibraryTest {

    @Test
    void theApiIsSeen() {
        assertTrue(Library.CLASSES.contain("dev.aldis.mqtt.api.MqttClient"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spi.engine",
                "spi.transport",
                "spi.persistence",
                "protocol.packet",
                "protocol.codec",
                "protocol.engine",
                "protocol.client",
                "transport.netty",
                "transport.websocket",
                "persistence.h2",
                "persistence.chronicle"
            })
    void everyPackageThatARuleNamesIsSeen(String name) {
        assertTrue(
                Library.CLASSES.contain("dev.aldis.mqtt." + name + ".package-info"),
                () -> "no class was found in dev.aldis.mqtt." + name);
    }

    @Test
    void noTestIsSeen() {
        assertTrue(Library.CLASSES.stream()
                .noneMatch(found -> found.getPackageName().startsWith("dev.aldis.mqtt.architecture")));
    }
}
