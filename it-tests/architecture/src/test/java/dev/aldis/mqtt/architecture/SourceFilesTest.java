package dev.aldis.mqtt.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the text of every source file. */
class SourceFilesTest {

    private static final String MAIN = "src/main/java/";
    private static final String TEST = "src/test/java/";
    private static final int FILE_LINES = 600;

    private static final int METHOD_LINES = 70;
    private static final int PARAMETERS = 5;

    @Test
    void sourcesAreFound() throws IOException {
        List<Path> files = SourceFiles.in(MAIN, TEST);
        assertTrue(files.stream().anyMatch(file -> file.endsWith("MqttClient.java")), files::toString);
        assertTrue(files.stream().anyMatch(file -> file.endsWith("SourceFilesTest.java")), files::toString);
        assertTrue(SourceFiles.methods(files).size() > files.size());
    }

    @Test
    void noFileIsLongerThanSixHundredLines() {
        assertNone(SourceFiles.in(MAIN, TEST).stream()
                .filter(file -> SourceFiles.lines(file).size() > FILE_LINES));
    }

    @Test
    void noMethodIsLongerThanSeventyLines() throws IOException {
        assertNone(SourceFiles.methods(SourceFiles.in(MAIN, TEST)).stream()
                .filter(method -> method.lines() > METHOD_LINES));
    }

    /** A constructor is handed its collaborators, which differ in type and so are not mixed up. */
    @Test
    void noMethodHasMoreThanFiveParameters() throws IOException {
        assertNone(SourceFiles.methods(SourceFiles.in(MAIN)).stream()
                .filter(method -> !method.isConstructor())
                .filter(method -> method.parameters() > PARAMETERS));
    }

    @Test
    void noSourceOfTheLibraryPutsWorkOff() {
        assertNone(filesWithALine(MAIN, ".*\\b(TODO|FIXME)\\b.*"));
    }

    @Test
    void noTestIsSwitchedOff() {
        assertNone(filesWithALine(TEST, "\\s*@Disabled\\b.*"));
    }

    @Test
    void linesAndParametersOfAMethodAreCounted() throws IOException {
        List<Path> thisFile = SourceFiles.in(TEST).stream()
                .filter(file -> file.endsWith("SourceFilesTest.java"))
                .toList();
        SourceFiles.Method counted = SourceFiles.methods(thisFile).stream()
                .filter(method -> method.name().equals("filesWithALine"))
                .findFirst()
                .orElseThrow();
        assertEquals(2, counted.parameters());
        assertEquals(4, counted.lines());
    }

    @Test
    void aLineIsFound() {
        assertEquals(1, filesWithALine(TEST, "class SourceFilesTest \\{").count());
    }

    private static Stream<Path> filesWithALine(String sourceFolder, String expression) {
        return SourceFiles.in(sourceFolder).stream()
                .filter(file -> SourceFiles.lines(file).stream().anyMatch(line -> line.matches(expression)));
    }

    private static void assertNone(Stream<?> found) {
        assertEquals(List.of(), found.toList());
    }
}
