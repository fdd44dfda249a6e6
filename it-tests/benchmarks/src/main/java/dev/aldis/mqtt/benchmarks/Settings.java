package dev.aldis.mqtt.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What to measure, and for how long.
 *
 * @param programs the class path of the benchmarks themselves
 * @param libraries the directory with a folder of libraries for each kind of contender
 * @param contenders who is measured
 * @param tasks what is measured
 * @param rounds how often
 * @param roundMillis how long one round takes
 * @param warmUpMillis how long each task is carried out before the first round
 */
record Settings(
        String programs,
        Path libraries,
        List<ContenderKind> contenders,
        List<Task> tasks,
        int rounds,
        long roundMillis,
        long warmUpMillis) {

    /**
     * Reads the properties {@code benchmarks.clients} and {@code benchmarks.tasks} (comma between names),
     * {@code benchmarks.rounds}, {@code benchmarks.roundMillis} and {@code benchmarks.warmUpMillis}.
     */
    static Settings fromProperties(Path libraries) {
        String clients = System.getProperty("benchmarks.clients", "");
        String tasks = System.getProperty("benchmarks.tasks", "");
        return new Settings(
                System.getProperty("java.class.path"),
                libraries,
                clients.isEmpty()
                        ? List.of(ContenderKind.values())
                        : names(clients).map(Settings::kind).toList(),
                tasks.isEmpty() ? Task.all() : names(tasks).map(Task::parse).toList(),
                Integer.getInteger("benchmarks.rounds", 7),
                Long.getLong("benchmarks.roundMillis", 2_000),
                Long.getLong("benchmarks.warmUpMillis", 6_000));
    }

    private static Stream<String> names(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::strip);
    }

    private static ContenderKind kind(String name) {
        return ContenderKind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The class path for a contender: the benchmarks and the libraries of this one alone. */
    String classPath(ContenderKind kind) {
        return programs + File.pathSeparator + libraries.resolve(kind.libraries()) + File.separator + "*";
    }

    /** What the property {@code benchmarks.jvm.KIND} adds to the command line, to profile one of them. */
    List<String> jvmOptions(ContenderKind kind) {
        String options = System.getProperty("benchmarks.jvm." + kind.name(), "");
        return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
    }
}
