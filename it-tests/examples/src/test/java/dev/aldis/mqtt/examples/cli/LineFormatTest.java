package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.examples.Received;
import dev.aldis.mqtt.examples.options.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineFormatTest {

    private static final Message MESSAGE = Message.of("a/ü", QoS.AT_LEAST_ONCE, "12.5");

    @Test
    void eachPlaceholderIsReplaced() throws IOException {
        String format = "{topic}|{payload}|{qos}|{retained}|{redelivered}|{delivery}|{{x}";
        assertEquals("a/ü|12.5|1|0|1|17|{x}\n", line(format, new Received(MESSAGE, true, 17)));
        assertEquals("a/ü|12.5|1|1|0|18|{x}\n", line(format, new Received(MESSAGE.withRetain(true), false, 18)));
    }

    @Test
    void aPayloadOfAnyBytesComesAsItIs() throws IOException {
        byte[] bytes = {0, (byte) 0xFF, (byte) 0xC3, 13};
        Message message = Message.of(TopicName.of("a"), QoS.AT_MOST_ONCE, Payload.copyOf(bytes));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineFormat.of("{payload}").write(new Received(message, false, 1), out);
        assertArrayEquals(new byte[] {0, (byte) 0xFF, (byte) 0xC3, 13, '\n'}, out.toByteArray());
    }

    @Test
    void anUnknownPlaceholderIsRefusedWithThoseThatThereAre() {
        for (String wrong : new String[] {"{x}", "{topic", "a{"}) {
            UsageException failure = assertThrows(UsageException.class, () -> LineFormat.of(wrong));
            assertTrue(failure.getMessage().contains("{redelivered}"), failure.getMessage());
        }
    }

    private static String line(String format, Received message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineFormat.of(format).write(message, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
