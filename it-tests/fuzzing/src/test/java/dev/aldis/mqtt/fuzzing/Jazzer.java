package dev.aldis.mqtt.fuzzing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jazzer in a process of its own, whose classes it instruments; here the tests' are left alone. */
final class Jazzer {

    private static final String DRIVER = "com.code_intelligence.jazzer.Jazzer";

    /** What Chronicle Queue needs; and Jazzer, which attaches itself. */
    private static final List<String> OPTIONS = List.of(
            "-Xmx768m",
            "-Xss1m",
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "-Djdk.attach.allowAttachSelf=true",
            "-ea:dev.aldis.mqtt...",
            // As for users: Jazzer switches all of them on, and these end a store that could go on.
            "-da:org.h2...",
            "-da:net.openhft...",
            "-Dchronicle.disk.monitor.disable=true",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");

    /** In a few seconds the second compiler takes more time than it saves. */
    private static final String FEW_SECONDS = "-XX:TieredStopAtLevel=1";

    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+) ft: (\\d+) corp: (\\d+)");
    private static final int LAST_LINES = 60;

    /**
     * Files are walked through byte by byte: to be told of each comparison there costs a hundred times the walk, and
     * finds nothing that a checksum does not refuse.
     */
    private static final String PATHS_ONLY = "--trace=cov";

    private static final String ALSO_COMPARISONS = "--trace=cov:cmp:div:indir";

    private final Path folder;
    private final Path findings;

    /**
     * What came of a run.
     *
     * @param exitCode 0 if nothing was found
     * @param executions how many inputs were run
     * @param coverage the last line that said what was covered
     * @param said the end of the output
     * @param findings the inputs that found something
     */
    record Outcome(int exitCode, long executions, String coverage, String said, List<Path> findings) {}

    /** Everything that Jazzer writes goes into the folder. */
    Jazzer(Path folder) {
        this.folder = folder;
        this.findings = folder.resolve("findings");
    }

    /** Fuzzes; what is new goes into the first folder of inputs. */
    Outcome fuzz(List<Targets> targets, int longestInputBytes, long seconds, List<Path> inputs) throws Exception {
        boolean pathsOnly = targets.size() > 1 || targets.get(0).isOfFiles();
        List<String> arguments = new ArrayList<>(List.of(
                pathsOnly ? PATHS_ONLY : ALSO_COMPARISONS,
                "-max_total_time=" + seconds,
                "-max_len=" + longestInputBytes,
                "-timeout=120",
                "-reload=0",
                "-print_final_stats=1",
                "-artifact_prefix=" + Files.createDirectories(findings) + "/"));
        inputs.forEach(input -> arguments.add(input.toString()));
        return run(targets, arguments, seconds + 600);
    }

    /** Puts into an empty folder the fewest inputs that cover what all of them do. */
    Outcome merge(Targets target, int longestInputBytes, Path merged, List<Path> inputs) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("-merge=1", "-use_counters=0", "-max_len=" + longestInputBytes, merged.toString()));
        arguments.add(0, PATHS_ONLY);
        inputs.forEach(input -> arguments.add(input.toString()));
        return run(List.of(target), arguments, 1_800);
    }

    private Outcome run(List<Targets> targets, List<String> arguments, long limitSeconds) throws Exception {
        try (FolderOfStore stores = FolderOfStore.create()) {
            return run(targets, arguments, limitSeconds, stores);
        }
    }

    private Outcome run(List<Targets> targets, List<String> arguments, long limitSeconds, FolderOfStore stores)
            throws Exception {
        Files.createDirectories(findings);
        Map<Path, FileTime> earlier = findings();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        if (targets.size() > 1) {
            command.add(FEW_SECONDS);
        }
        command.add("-D" + FolderOfStore.PARENT + "=" + stores.path());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DRIVER));
        command.addAll(List.of(
                "--target_class=" + JazzerEntry.class.getName(),
                "--target_args=" + targets.stream().map(Targets::name).collect(Collectors.joining(" ")),
                "--instrumentation_includes=dev.aldis.mqtt.**:org.h2.mvstore.**",
                "--instrumentation_excludes=dev.aldis.mqtt.fuzzing.**",
                // Jazzer's detectors of injections and of Unsafe stay out of other libraries; that of Unsafe breaks
                // Netty.
                "--custom_hook_includes=dev.aldis.mqtt.**",
                "--reproducer_path=" + folder,
                "-rss_limit_mb=0"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        Thread limit = new Thread(() -> destroyAfter(process, limitSeconds), "jazzer-limit");
        limit.setDaemon(true);
        limit.start();
        try {
            return outcome(process, earlier);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void destroyAfter(Process process, long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome outcome(Process process, Map<Path, FileTime> earlier) throws IOException, InterruptedException {
        long executions = 0;
        String coverage = "";
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher statistics = EXECUTIONS.matcher(line);
                executions = statistics.find() ? Long.parseLong(statistics.group(1)) : executions;
                Matcher covered = COVERAGE.matcher(line);
                coverage = covered.find() ? covered.group() : coverage;
                last.addLast(line);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
        }
        int exitCode = process.waitFor();
        Map<Path, FileTime> found = findings();
        found.entrySet().removeAll(earlier.entrySet());
        return new Outcome(exitCode, executions, coverage, String.join("\n", last), List.copyOf(found.keySet()));
    }

    /** With their times: the same one may be found again. */
    private Map<Path, FileTime> findings() throws IOException {
        Map<Path, FileTime> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(findings)) {
            for (Path file : files.toList()) {
                found.put(file, Files.getLastModifiedTime(file));
            }
        }
        return found;
    }
}
