package dev.aldis.mqtt.examples.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void valuesFollowTheirNameOrAnEqualsSign() {
        Options options = read("--topic", "a/b", "--qos=2", "--quiet");
        assertEquals("a/b", options.required("--topic"));
        assertEquals(Optional.of(2L), options.number("--qos", 0, 2));
        assertTrue(options.has("--quiet"));
        assertFalse(options.has("--server"));
        assertEquals(Optional.empty(), options.text("--server"));
        assertEquals(Optional.empty(), options.number("--server", 0, 2));
    }

    @Test
    void aValueMayLookLikeAnOptionOrHaveAnEqualsSign() {
        assertEquals("--quiet", read("--topic", "--quiet").required("--topic"));
        assertEquals("a=b", read("--topic=a=b").required("--topic"));
        assertEquals("", read("--topic=").required("--topic"));
    }

    @Test
    void anErrorNamesTheOptionAndTheCure() {
        assertRefused("Unknown option '--tpoic': --help lists those that there are", "--tpoic", "a");
        assertRefused("Unknown option 'a': --help lists those that there are", "a");
        assertRefused("--topic has no value: write --topic T", "--topic");
        assertRefused("--topic is given twice: give it once", "--topic", "a", "--topic", "b");
        assertRefused("--quiet takes no value, but was given 'yes': write --quiet", "--quiet=yes");
    }

    @Test
    void aMissingOptionIsNamed() {
        UsageException failure = assertThrows(UsageException.class, () -> read().required("--topic"));
        assertEquals("--topic is missing: add --topic T", failure.getMessage());
    }

    @Test
    void aNumberOutOfItsRangeIsRefusedWithTheRange() {
        for (String wrong : new String[] {"3", "-1", "two", "", "1.5", "99999999999999999999"}) {
            UsageException failure = assertThrows(
                    UsageException.class, () -> read("--qos", wrong).number("--qos", 0, 2));
            assertEquals("--qos '" + wrong + "' is out of range: use a whole number from 0 to 2", failure.getMessage());
        }
    }

    @Test
    void theHelpHasEachOptionWithItsArgument() {
        String help = read().help();
        assertTrue(help.contains("--topic T    "), help);
        assertTrue(help.contains("--quiet    "), help);
        assertEquals(4, help.lines().count(), help);
    }

    private static Options read(String... arguments) {
        return new Options()
                .value("--topic", "T", "the topic")
                .value("--qos", "0|1|2", "how surely")
                .value("--server", "URI", "where to")
                .flag("--quiet", "say less")
                .read(arguments);
    }

    private static void assertRefused(String message, String... arguments) {
        UsageException failure = assertThrows(UsageException.class, () -> read(arguments));
        assertEquals(message, failure.getMessage());
    }
}
