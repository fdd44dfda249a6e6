package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before Chronicle fails, and what it is kept from. */
class PreflightTest {

    private final Module closed = ModuleLayer.boot().findModule("java.logging").orElseThrow();

    @Test
    void theOptionsThatAreMissingAreNamed() {
        StoreException failure =
                assertThrows(StoreException.class, () -> Preflight.check(Object.class.getModule(), closed));
        assertTrue(
                failure.getMessage()
                        .contains("--add-opens=java.base/sun.nio.ch=java.logging"
                                + " --add-opens=java.base/java.lang.reflect=java.logging"),
                failure::getMessage);
    }

    @Test
    void onTheClassPathTheyAreForAllUnnamedModules() throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
            Module unnamed = loader.getUnnamedModule();
            StoreException failure = assertThrows(StoreException.class, () -> Preflight.check(closed, unnamed));
            assertTrue(failure.getMessage().contains("sun.nio.ch=ALL-UNNAMED"), failure::getMessage);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle.disk.monitor.disable", "chronicle.analytics.disable"})
    void chronicleIsKeptFromWhatNobodyAskedFor(String property) {
        String before = System.getProperty(property);
        try {
            System.clearProperty(property);
            Preflight.check();
            assertEquals("true", System.getProperty(property));
            System.setProperty(property, "false");
            Preflight.check();
            assertEquals("false", System.getProperty(property), "who sets it has a reason");
        } finally {
            restore(property, before);
        }
    }

    private static void restore(String property, String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }
}
