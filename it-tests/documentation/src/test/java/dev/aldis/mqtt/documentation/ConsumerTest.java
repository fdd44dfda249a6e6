package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a project gets that imports our versions and names all of our artifacts ({@code it-tests/consumer}). */
class ConsumerTest {

    /** A line such as {@code io.netty:netty-buffer:jar:4.2.18.Final:runtime}, perhaps with a module behind it. */
    private static final Pattern DEPENDENCY =
            Pattern.compile("\\s+([\\w.\\-]+):([\\w.\\-]+):jar:([\\w.\\-]+):(\\w+)\\b.*");

    @Test
    void itGetsNoTestLibraryAndOnlyWhatTheDependenciesPageJustifies() throws IOException {
        Path list = Repository.root().resolve("it-tests/consumer/target/dependencies.txt");
        assertTrue(Files.exists(list), "The consumer was not built; run all modules with 'verify'");
        String page = Files.readString(Repository.root().resolve("docs").resolve("dependencies.md"));
        List<String> unjustified = new ArrayList<>();
        TreeSet<String> ours = new TreeSet<>();
        for (String line : Files.readAllLines(list)) {
            Matcher dependency = DEPENDENCY.matcher(line);
            if (dependency.matches()) {
                String artifact = dependency.group(2);
                if (dependency.group(1).equals("dev.aldis.mqtt")) {
                    ours.add(artifact);
                }
                if (!page.contains("`" + artifact + "`")
                        && !page.contains(":" + artifact + "`")
                        && !artifact.equals("h2")) {
                    unjustified.add(artifact);
                }
            }
        }
        assertEquals(List.of(), unjustified);
        assertEquals(6, ours.size(), ours::toString);
    }

    @Test
    void noPomAsksForARepositoryBesideTheCentralOne() throws IOException {
        List<Path> poms = Repository.files(path -> path.endsWith("/pom.xml") && !path.contains("/target/"));
        assertTrue(poms.size() > 10, poms::toString);
        for (Path pom : poms) {
            String text = Files.readString(pom);
            assertFalse(text.contains("<repository>") || text.contains("<pluginRepository>"), pom::toString);
        }
    }
}
