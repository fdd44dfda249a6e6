package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No build runs the commands of the pages that take long; but the tests and properties that they name are there. */
class LongCommandsTest {

    private static final Pattern MODULE = Pattern.compile("-pl ([\\w/-]+)");
    private static final Pattern TESTS = Pattern.compile("-D(?:it\\.)?test='?([\\w,*]+)");
    private static final Pattern PROPERTY = Pattern.compile("-D(aldis\\.\\w+(?:\\.\\w+)*)");

    /** Of an example that is to be filled in. */
    private static final String PLACEHOLDER = "NameOfTheTest";

    private final TreeSet<String> lines = new TreeSet<>();

    @BeforeEach
    void readPages() throws IOException {
        Path docs = Repository.root().resolve("docs");
        for (Path page : Repository.files(file -> file.endsWith(".md"))) {
            if (page.startsWith(docs) || Repository.root().equals(page.getParent())) {
                lines.addAll(Files.readAllLines(page));
            }
        }
    }

    @Test
    void theTestsThatACommandNamesAreInItsModule() {
        List<String> commands = lines.stream()
                .filter(line -> line.startsWith("mvn ") && line.contains("-pl ") && line.contains("test="))
                .toList();
        assertTrue(commands.size() > 8, commands::toString);
        for (String command : commands) {
            Path module = Repository.root().resolve(found(MODULE, command).get(0));
            Set<String> there = sources(module).stream()
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
            for (String names : found(TESTS, command)) {
                for (String name : names.split(",", -1)) {
                    assertTrue(
                            Set.of("none", PLACEHOLDER).contains(name)
                                    || there.stream()
                                            .anyMatch(Pattern.compile(name.replace("*", ".*"))
                                                    .asMatchPredicate()),
                            () -> name + " is not in " + module + ": " + command);
                }
            }
        }
    }

    @Test
    void thePropertiesThatAPageNamesAreRead() throws IOException {
        Set<String> named = lines.stream()
                .flatMap(line -> found(PROPERTY, line).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(named.size() > 8, named::toString);
        for (Path source : sources(Repository.root())) {
            String code = Files.readString(source);
            named.removeIf(property -> code.contains('"' + property + '"'));
        }
        assertEquals(Set.of(), named, "Nobody reads these");
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    private static List<Path> sources(Path folder) {
        return Repository.files(file -> file.endsWith(".java") && file.contains("/src/")).stream()
                .filter(file -> file.startsWith(folder))
                .toList();
    }
}
