package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Runs of the engine as readable text: what came in, what went out, what was stored. With {@code -Daldis.record=true} the
 * transcripts are written anew instead of compared; then read what has changed before you commit it.
 */
@Timeout(30)
class TranscriptTest {

    private static final boolean RECORD = Boolean.getBoolean("aldis.record");
    private static final String FOLDER = "transcripts";
    private static final Path SOURCES =
            Path.of("src", "test", "resources", "dev", "aldis", "mqtt", "protocol", "engine");

    @TestFactory
    Stream<DynamicTest> theEngineDoesWhatTheTranscriptSays() throws IOException, URISyntaxException {
        List<Path> files = transcripts();
        assertFalse(files.isEmpty(), "No transcript was found");
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> check(file)));
    }

    private static List<Path> transcripts() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(TranscriptTest.class.getResource(FOLDER));
        try (Stream<Path> files = Files.list(RECORD ? SOURCES.resolve(FOLDER) : Path.of(folder.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    private static void check(Path file) throws IOException {
        String expected = Files.readString(file);
        String actual = Transcript.execute(expected);
        if (RECORD) {
            Files.writeString(file, actual);
            return;
        }
        assertNull(Transcript.difference(expected, actual), () -> file.getFileName() + "\n" + actual);
    }
}
