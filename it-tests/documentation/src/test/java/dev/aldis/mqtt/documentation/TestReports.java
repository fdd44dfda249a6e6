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

    /** A run of a method, and what stands in it if it did not pass. */
    private static final Pattern CASE = Pattern.compile(
            "<testcase name=\"(\\w+)[^\"]*\" classname=\"([\\w.]+)\"[^>]*(?:/>|>\\s*(<failure|<error|<skipped)?)");

    private final Set<String> classes = new HashSet<>();
    private final Map<String, Integer> executed = new HashMap<>();

    /** Methods as class and method, and whether each of their runs passed. */
    private final Map<String, Boolean> methods = new HashMap<>();

    private TestReports() {}

    static TestReports read() {
        TestReports reports = new TestReports();
        for (Path file : Repository.files(path -> path.contains("/src/test/java/") && path.endsWith(".java"))) {
            reports.classes.add(file.getFileName().toString().replace(".java", ""));
        }
        for (Path file : Repository.files(path -> path.matches(".*/(surefire|failsafe)-reports/TEST-[^/]*\\.xml"))) {
            reports.read(file);
        }
        return reports;
    }

    private void read(Path file) {
        String report;
        try {
            report = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String name =
                simpleName(file.getFileName().toString().replace("TEST-", "").replace(".xml", ""));
        Matcher suite = SUITE.matcher(report);
        int count = suite.find() ? number(suite.group(), "tests") - number(suite.group(), "skipped") : 0;
        executed.merge(name, count, Integer::sum);
        for (Matcher testCase = CASE.matcher(report); testCase.find(); ) {
            boolean passed = testCase.group(3) == null;
            methods.merge(simpleName(testCase.group(2)) + "." + testCase.group(1), passed, Boolean::logicalAnd);
        }
    }

    private static String simpleName(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static int number(String element, String attribute) {
        Matcher value = Pattern.compile(" " + attribute + "=\"(\\d+)\"").matcher(element);
        return value.find() ? Integer.parseInt(value.group(1)) : 0;
    }

    boolean exists(String testClass) {
        return classes.contains(testClass);
    }

    /** Whether a class has run, or each run of a method, as class and method, has passed and none was skipped. */
    boolean passed(String test) {
        return test.contains(".") ? methods.getOrDefault(test, false) : executed(test) > 0;
    }

    /** How many tests of a class were executed and not skipped. */
    int executed(String testClass) {
        return executed.getOrDefault(testClass, 0);
    }
}
