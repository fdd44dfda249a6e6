package dev.aldis.mqtt.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The text of {@code docs/conformance.md}, made from the clauses and the tests that name them. */
final class ConformancePage {

    /** In the place of a result: the clause has neither a test nor a reason. */
    static final String NOTHING = "**nothing**";

    private final TreeSet<String> tests = new TreeSet<>();
    private final List<String> unproved = new ArrayList<>();
    private final List<String> excused = new ArrayList<>();
    private final String text;

    ConformancePage() {
        text = """
                # Conformance

                Each clause of the standards that concerns a client, in our words, and the tests that name it. This page is
                generated from the tests; the build fails where it is not current, where a test named here
                did not run, and where one failed. *Whole client* are tests through the API and a socket, against a peer
                that the test plays; *codec and engine* are tests of these parts. A clause that is described by "U-" has no
                number in the standard. A clause without a test has the reason in the place of its result.
                """
                + section("MQTT 5.0", "clauses-5.tsv", new ClauseEvidence(true))
                + section("MQTT 3.1.1", "clauses-3.1.1.tsv", new ClauseEvidence(false));
    }

    /** The page. */
    String text() {
        return text;
    }

    /** Clauses with neither a test nor a reason. */
    List<String> unproved() {
        return unproved;
    }

    /** Clauses with a reason for having no test, and a test. */
    List<String> excused() {
        return excused;
    }

    /** The tests that it names: classes, or a class and its method. */
    Set<String> tests() {
        return tests;
    }

    private String section(String title, String resource, ClauseEvidence evidence) {
        StringBuilder rows = new StringBuilder();
        int whole = 0;
        int partly = 0;
        List<String[]> clauses = rows(resource);
        for (String[] cells : clauses) {
            Set<String> ofClient = evidence.wholeClient.getOrDefault(cells[0], new TreeSet<>());
            Set<String> ofParts = evidence.parts.getOrDefault(cells[0], new TreeSet<>());
            whole += ofClient.isEmpty() ? 0 : 1;
            partly += ofClient.isEmpty() && !ofParts.isEmpty() ? 1 : 0;
            boolean none = ofClient.isEmpty() && ofParts.isEmpty();
            String reason = evidence.reasons.get(cells[0]);
            if (none && reason == null) {
                unproved.add(title + ": " + cells[0]);
            } else if (!none && reason != null) {
                excused.add(title + ": " + cells[0]);
            }
            rows.append("| ").append(cells[0]).append(" | ").append(cells[1]).append(" | ");
            rows.append(cells[2].replace("|", "\\|")).append(" | ");
            rows.append(code(ofClient)).append(" | ").append(code(ofParts)).append(" | ");
            rows.append(!none ? "passed" : reason == null ? NOTHING : reason).append(" |\n");
        }
        return "\n## " + title + "\n\n" + clauses.size() + " clauses: " + whole + " with a test of the whole client, "
                + partly + " with tests of codec or engine only, " + (clauses.size() - whole - partly)
                + " with a reason instead.\n\n"
                + "| clause | level | requirement | whole client | codec and engine | result |\n"
                + "|---|---|---|---|---|---|\n"
                + rows;
    }

    private String code(Set<String> names) {
        tests.addAll(names);
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }

    /** The rows of a table among the resources, each as its cells. */
    static List<String[]> rows(String resource) {
        try (InputStream input = ConformancePage.class.getResourceAsStream(resource)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
