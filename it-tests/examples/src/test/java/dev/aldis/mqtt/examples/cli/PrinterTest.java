package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.examples.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PrinterTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void itEndsAfterAsManyMessagesAsAskedForAndAcceptsNoMore() throws Exception {
        Printer printer = new Printer(LineFormat.of("{payload}"), out, 2);
        printer.handle(message("a"));
        printer.handle(message("b"));
        assertThrows(IOException.class, () -> printer.handle(message("c")));
        printer.awaitEnd(Optional.empty());
        assertEquals("a\nb\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void itEndsAfterATimeWithoutAMessage() throws Exception {
        Printer printer = new Printer(LineFormat.of("{payload}"), out, Long.MAX_VALUE);
        printer.handle(message("a"));
        printer.awaitEnd(Optional.of(1_000_000L));
        assertEquals("1 messages printed; ended: no message for a while", printer.summary());
    }

    @Test
    void aMessageThatCannotBePrintedIsNotAcceptedAndEndsIt() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Printer printer = new Printer(LineFormat.of("{payload}"), broken, Long.MAX_VALUE);
        assertThrows(IOException.class, () -> printer.handle(message("a")));
        IOException failure = assertThrows(IOException.class, () -> printer.awaitEnd(Optional.empty()));
        assertEquals("Broken pipe", failure.getMessage());
    }

    private static Received message(String text) {
        return new Received(Message.of("topic", QoS.EXACTLY_ONCE, text), false, 1);
    }
}
