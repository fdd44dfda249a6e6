package dev.aldis.mqtt.persistence.h2.location;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password is read from where the URI says, and an error names the place. */
class PasswordSourceTest {

    private static final String PROPERTY = "dev.aldis.mqtt.persistence.h2.location.PasswordSourceTest";

    @TempDir
    Path folder;

    private static void assertNotThere(String source) {
        StoreException refused = assertThrows(
                StoreException.class, () -> PasswordSource.of(source).read());
        assertTrue(refused.getMessage().contains(source), refused::getMessage);
    }

    @Test
    void aVariableOfTheEnvironmentIsRead() {
        Map.Entry<String, String> variable = System.getenv().entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .findAny()
                .orElseThrow();
        assertArrayEquals(
                variable.getValue().toCharArray(),
                PasswordSource.of("env:" + variable.getKey()).read());
        assertNotThere("env:THERE_IS_NO_SUCH_VARIABLE");
    }

    @Test
    void aSystemPropertyIsRead() {
        assertNotThere("property:" + PROPERTY);
        System.setProperty(PROPERTY, "");
        try {
            assertNotThere("property:" + PROPERTY);
            System.setProperty(PROPERTY, "s");
            assertArrayEquals(
                    new char[] {'s'}, PasswordSource.of("property:" + PROPERTY).read());
        } finally {
            System.clearProperty(PROPERTY);
        }
    }

    @Test
    void theFirstLineOfAFileIsRead() throws IOException {
        Path file = folder.resolve("password");
        assertNotThere("file:" + file);
        Files.writeString(file, "");
        assertNotThere("file:" + file);
        Files.writeString(file, "\nsecond");
        assertNotThere("file:" + file);
        Files.writeString(file, "first\nsecond");
        assertArrayEquals(
                "first".toCharArray(), PasswordSource.of("file:" + file).read());
    }

    @Test
    void anythingElseMayBeThePasswordItselfAndIsNotRepeated() {
        for (String value : new String[] {"geheim", "env:", "property:", "file:", "geheim:NAME", ""}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> PasswordSource.of(value), value);
            assertFalse(refused.getMessage().contains("geheim"), refused::getMessage);
            assertTrue(refused.getMessage().contains("password=env:NAME"), refused::getMessage);
        }
    }

    @Test
    void isShownAsThePlaceThatItIs() {
        assertEquals("env:NAME", PasswordSource.of("env:NAME").toString());
    }
}
