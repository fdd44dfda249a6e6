package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the two programs answer to options that are wrong; {@code CommandLineIT} starts them as users do. */
@Timeout(60)
class WrongOptionsTest {

    static Stream<List<String>> wrongOptions() {
        return Stream.of(
                List.of("--topic is missing: add --topic T"),
                List.of("--topic: Topic", "--topic", "a/#b"),
                List.of("Unknown option '--tpoic'", "--tpoic", "a"),
                List.of("--qos '3' is out of range: use a whole number from 0 to 2", "--topic", "a", "--qos", "3"),
                List.of("--version '4' is not known: use 5, 3.1.1 or 3.1", "--topic", "a", "--version", "4"),
                List.of("--server 'localhost' is not usable", "--topic", "a", "--server", "localhost"),
                List.of("coap", "--topic", "a", "--server", "coap://localhost"),
                List.of("--store 'h2:data' keeps a session that needs a name", "--topic", "a", "--store", "h2:data"),
                List.of("foo", "--topic", "a", "--store", "foo:data", "--client-id", "a"),
                List.of("--password-env 'NO_SUCH_VARIABLE'", "--topic", "a", "--password-env", "NO_SUCH_VARIABLE"),
                List.of("--cafile is for secured connections", "--topic", "a", "--cafile", "ca.pem"),
                List.of("no file that can be read", "--topic", "a", "--server", "mqtts://a", "--cafile", "no.pem"),
                List.of("--certfile needs its private key", "--topic", "a", "--server", "mqtts://a", "--certfile", "c"),
                List.of("out of range", "--topic", "a", "--session-expiry", "-1"));
    }

    @ParameterizedTest
    @MethodSource("wrongOptions")
    void aWrongOptionIsRefusedByBothWithTheCure(List<String> messageAndArguments) {
        String[] arguments =
                messageAndArguments.subList(1, messageAndArguments.size()).toArray(String[]::new);
        assertRefused(messageAndArguments.get(0), Publish::exitCode, arguments);
        assertRefused(messageAndArguments.get(0), Subscribe::exitCode, arguments);
    }

    @Test
    void optionsOfPublishAreRefusedWithTheCure() {
        assertRefusedByPublish("--report 'sent' is not known: use stored or completed", "--report", "sent");
        assertRefusedByPublish("--rate '0' is out of range", "--rate", "0");
        assertRefusedByPublish("--max-inflight '65536' is out of range", "--max-inflight", "65536");
        assertRefusedByPublish("--file 'nowhere.txt' is no file that can be read", "--file", "nowhere.txt");
    }

    @Test
    void optionsOfSubscribeAreRefusedWithTheCure() {
        assertRefusedBySubscribe("has the unknown placeholder '{id}'", "--format", "{id}");
        assertRefusedBySubscribe("--count '0' is out of range", "--count", "0");
        assertRefusedBySubscribe("--idle 'x' is out of range", "--idle", "x");
        assertRefusedBySubscribe("Unknown option '--file'", "--file", "f");
    }

    private static void assertRefusedByPublish(String message, String option, String value) {
        assertRefused(message, Publish::exitCode, "--topic", "a", option, value);
    }

    private static void assertRefusedBySubscribe(String message, String option, String value) {
        assertRefused(message, Subscribe::exitCode, "--topic", "a", option, value);
    }

    private static void assertRefused(String message, ToIntFunction<String[]> program, String... arguments) {
        PrintStream output = System.out;
        PrintStream errors = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
            assertEquals(2, program.applyAsInt(arguments));
        } finally {
            System.setOut(output);
            System.setErr(errors);
        }
        assertTrue(told.toString(StandardCharsets.UTF_8).contains(message), told::toString);
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
    }
}
