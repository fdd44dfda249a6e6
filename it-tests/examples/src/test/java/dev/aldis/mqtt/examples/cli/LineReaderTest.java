package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesEndWithALineFeedAndTheLastOneNeedNot() throws IOException {
        assertEquals(List.of("a", "", "b"), lines("a\n\nb\n"));
        assertEquals(List.of("a", "b"), lines("a\nb"));
        assertEquals(List.of(), lines(""));
        assertEquals(List.of(""), lines("\n"));
    }

    @Test
    void everyOtherByteStaysAsItIs() throws IOException {
        byte[] bytes = {0, '\r', (byte) 0xFF, '\n'};
        try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes))) {
            assertArrayEquals(new byte[] {0, '\r', (byte) 0xFF}, reader.next().orElseThrow());
        }
    }

    @Test
    void aLineThatNoMessageCanCarryIsRefusedWithItsNumber() throws IOException {
        try (LineReader reader = reader("ok\nlonger\n", 5)) {
            assertTrue(reader.next().isPresent());
            IOException failure = assertThrows(IOException.class, reader::next);
            assertEquals(
                    "line 2 has more than 5 bytes, which no MQTT message can carry: make it shorter",
                    failure.getMessage());
        }
    }

    private static List<String> lines(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        try (LineReader reader = reader(text, 100)) {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                lines.add(new String(line.get(), StandardCharsets.UTF_8));
                assertEquals(lines.size(), reader.lineNumber());
            }
        }
        return lines;
    }

    private static LineReader reader(String text, int maximumBytes) {
        return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maximumBytes);
    }
}
