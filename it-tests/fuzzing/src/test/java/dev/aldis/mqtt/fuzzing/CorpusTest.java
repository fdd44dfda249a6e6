package dev.aldis.mqtt.fuzzing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that is kept finds nothing, as a plain test without Jazzer. */
@Timeout(120)
class CorpusTest {

    @ParameterizedTest
    @EnumSource
    void noInputThatIsKeptFindsAnything(Targets target) {
        for (byte[] input : Corpus.inputs(target)) {
            assertDoesNotThrow(
                    () -> target.target().run(input),
                    () -> target + " finds something with " + HexFormat.of().formatHex(input));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCorpusIsSortedAndOfInputsThatAreShortEnough(Targets target) {
        List<String> lines = Corpus.lines(target);
        assertTrue(lines.size() >= 5, target + " has " + lines.size() + " inputs");
        assertEquals(lines.stream().sorted().distinct().toList(), lines);
        lines.forEach(line -> assertTrue(line.length() <= 2 * target.longestInputBytes(), line));
    }
}
