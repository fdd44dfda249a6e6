package dev.aldis.mqtt.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the modules before this one have run, from the reports of Surefire and Failsafe. */
final class TestReports {

    private static final Pattern SUITE = Pattern.compile("<testsuite [^>]*>", Pattern.DOTALL);

    private final Set<String> classes = new HashSet<>();
    private final Map<String, Integer> executed = new HashMap<>();

    private TestReports() {}

    static TestReports read() {
        TestReports reports = new TestReports();
        for (Path file : Repository.files(path -> path.contains("/src/test/java/") && path.endsWith(".java"))) {
            reports.classes.add(file.getFileName().toString().replace(".java", ""));
        }
        for (Path file : Repository.files(path -> path.matches(".*/(surefire|failsafe)-reports/TEST-[^/]*\\.xml"))) {
            String name = file.getFileName().toString().replace("TEST-", "").replace(".xml", "");
            reports.executed.merge(name.substring(name.lastIndexOf('.') + 1), executed(file), Integer::sum);
        }
        return reports;
    }

    private static int executed(Path report) {
        try {
            Matcher suite = SUITE.matcher(Files.readString(report));
            return suite.find() ? number(suite.group(), "tests") - number(suite.group(), "skipped") : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(String element, String attribute) {
        Matcher value = Pattern.compile(" " + attribute + "=\"(\\d+)\"").matcher(element);
        return value.find() ? Integer.parseInt(value.group(1)) : 0;
    }

    boolean exists(String testClass) {
        return classes.contains(testClass);
    }

    /** How many tests of a class were executed and not skipped. */
    int executed(String testClass) {
        return executed.getOrDefault(testClass, 0);
    }
}
