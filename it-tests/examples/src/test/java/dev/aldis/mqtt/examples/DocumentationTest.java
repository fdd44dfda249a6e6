package dev.aldis.mqtt.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the documents promise is true: Java is copied from an example that compiles and runs as a test, shell commands
 * are those that {@code .ci/run} runs one by one, links lead somewhere.
 */
class DocumentationTest {

    /** Languages of fenced blocks; a shell command is always {@code sh}, so that none escapes being run. */
    private static final Set<String> LANGUAGES = Set.of("sh", "java", "xml", "text");

    private static final Markdown README = Markdown.read(Markdown.repository().resolve("README.md"));

    @Test
    void theReadmeBeginsWithTheMainJobAndTheTests() {
        List<String> commands = README.blocks("sh");
        assertTrue(commands.get(0).contains("-Pmain-job"), commands.get(0));
        assertTrue(commands.get(1).endsWith(" verify"), commands.get(1));
    }

    @Test
    void theContinuousIntegrationRunsTheCommandsOfTheReadme() throws IOException {
        Path script = Markdown.repository().resolve(".ci").resolve("run");
        assertTrue(Files.isExecutable(script), script + " has to be executable");
        String text = Files.readString(script);
        assertTrue(text.contains("run_block"), text);
        assertTrue(text.contains("README.md"), text);
    }

    @Test
    void everyCommandOfTheReadmeIsOneLine() {
        README.blocks("sh").forEach(command -> assertEquals(1, command.lines().count(), command));
    }

    @Test
    void theTestCommandIsTheSameInReadmeAndContributing() {
        Markdown contributing = Markdown.read(Markdown.repository().resolve("CONTRIBUTING.md"));
        assertTrue(
                contributing.blocks("sh").contains(README.blocks("sh").get(1)),
                () -> contributing.blocks("sh").toString());
    }

    @Test
    void everyFencedBlockNamesALanguageThatIsKnownHere() {
        List<String> unknown = Markdown.all().stream()
                .flatMap(page -> page.blocks().stream()
                        .map(Markdown.Block::language)
                        .filter(language -> !LANGUAGES.contains(language))
                        .map(language -> page.file().getFileName() + ": '" + language + "'"))
                .toList();
        assertEquals(List.of(), unknown);
    }

    @Test
    void everyJavaBlockIsPartOfAnExample() throws IOException {
        List<String> examples = examples();
        assertTrue(examples.size() > 1, "no example was found");
        List<String> strangers = Markdown.all().stream()
                .flatMap(page -> page.blocks("java").stream())
                .filter(block -> examples.stream().noneMatch(example -> isPartOf(example, block)))
                .toList();
        assertEquals(List.of(), strangers);
    }

    @Test
    void aBlockIsPartOfAnExampleWhateverItsIndentation() {
        String example = "class A {\n    void b() {\n        c();\n        d();\n    }\n}\n";
        assertTrue(isPartOf(example, "c();\nd();"));
        assertTrue(isPartOf(example, "void b() {\n    c();\n    d();\n}"));
        assertFalse(isPartOf(example, "c();\n\nd();"));
        assertFalse(isPartOf(example, "c();\n    d();"));
        assertFalse(isPartOf(example, "e();"));
    }

    @Test
    void everyLinkToAFileLeadsToOne() {
        List<String> broken = new ArrayList<>();
        for (Markdown page : Markdown.all()) {
            for (String link : page.links()) {
                boolean outside = link.contains("://") || link.startsWith("#") || link.startsWith("mailto:");
                if (!outside && !Files.exists(target(page, link))) {
                    broken.add(page.file().getFileName() + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void blocksAndLinksAreFound(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("page.md"), "[a](b.md) and [c](https://d)\n```sh\nls\npwd\n```\n```\n[no](link)\n```\n");
        Markdown page = Markdown.read(file);
        assertEquals(List.of("b.md", "https://d"), page.links());
        assertEquals(List.of(new Markdown.Block("sh", "ls\npwd"), new Markdown.Block("", "[no](link)")), page.blocks());
    }

    private static Path target(Markdown page, String link) {
        Path folder = page.file().getParent();
        return folder.resolve(link.replaceFirst("#.*", ""));
    }

    /** Whether the block stands in the example, line by line, perhaps with more space before each line. */
    private static boolean isPartOf(String example, String block) {
        List<String> lines = example.lines().toList();
        List<String> wanted = block.lines().toList();
        for (int start = 0; start + wanted.size() <= lines.size(); start++) {
            int indentation = lines.get(start).length() - wanted.get(0).length();
            String prefix = " ".repeat(Math.max(indentation, 0));
            List<String> indented = wanted.stream()
                    .map(line -> line.isEmpty() ? line : prefix + line)
                    .toList();
            if (lines.subList(start, start + wanted.size()).equals(indented)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> examples() throws IOException {
        Path sources = Markdown.repository().resolve("it-tests/examples/src");
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
