package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** Not a factory of tests: the tool for mutation testing does not see what that makes. */
    @ParameterizedTest
    @MethodSource("names")
    void theEngineDoesWhatTheTranscriptSays(String name) throws IOException, URISyntaxException {
        check(folder().resolve(name));
    }

    private static List<String> names() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    private static Path folder() throws URISyntaxException {
        URL folder = Objects.requireNonNull(TranscriptTest.class.getResource(FOLDER));
        return RECORD ? SOURCES.resolve(FOLDER) : Path.of(folder.toURI());
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
