package dev.aldis.mqtt.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Measures the contenders side by side: each is warmed up, and then they take turns, so that whatever else the machine
 * does meets all of them.
 */
public final class Benchmarks {

    static final String TOPIC = "benchmark/topic";
    static final int PAYLOAD_BYTES = 64;

    private final Settings settings;

    /**
     * Ready to run.
     *
     * @param settings what to measure, and for how long
     */
    Benchmarks(Settings settings) {
        this.settings = settings;
    }

    /**
     * Runs the benchmark that the system properties describe, see {@link Settings}, and prints the table.
     *
     * @param arguments the directory with the folders of the libraries
     * @throws IOException if a process fails
     */
    public static void main(String[] arguments) throws IOException {
        Results results = new Benchmarks(Settings.fromProperties(Path.of(arguments[0]))).run();
        System.out.println();
        System.out.println(new ResultTable(results));
    }

    /** Measures everything. */
    Results run() throws IOException {
        Results results = new Results();
        Map<ContenderKind, ForkedJvm> workers = new EnumMap<>(ContenderKind.class);
        Path directory = Files.createTempDirectory("benchmarks");
        try (ForkedJvm server = startServer()) {
            int port = Integer.parseInt(server.answer());
            try {
                for (ContenderKind kind : settings.contenders()) {
                    workers.put(kind, startWorker(kind, port, directory));
                }
                warmUp(workers);
                for (int round = 1; round <= settings.rounds(); round++) {
                    run(round, workers, results);
                }
            } finally {
                for (ForkedJvm worker : workers.values()) {
                    worker.close();
                }
            }
        } finally {
            Directories.delete(directory);
        }
        return results;
    }

    private ForkedJvm startServer() throws IOException {
        return ForkedJvm.start(settings.programs(), List.of(), StubServer.class, List.of());
    }

    private ForkedJvm startWorker(ContenderKind kind, int port, Path directory) throws IOException {
        Path own = Files.createDirectory(directory.resolve(kind.name()));
        List<String> jvmOptions = new ArrayList<>(kind.jvmOptions());
        jvmOptions.addAll(settings.jvmOptions(kind));
        ForkedJvm worker = ForkedJvm.start(
                settings.classPath(kind),
                jvmOptions,
                Worker.class,
                List.of(kind.name(), Integer.toString(port), own.toString()));
        worker.answer();
        return worker;
    }

    private void warmUp(Map<ContenderKind, ForkedJvm> workers) throws IOException {
        for (Map.Entry<ContenderKind, ForkedJvm> worker : workers.entrySet()) {
            System.out.println("warming up " + worker.getKey().label());
            for (Task task : settings.tasks()) {
                measure(worker.getValue(), task, settings.warmUpMillis());
            }
        }
    }

    /** Takes the contenders in another order each time, since the first one may meet a cooler machine. */
    private void run(int round, Map<ContenderKind, ForkedJvm> workers, Results results) throws IOException {
        List<ContenderKind> order = new ArrayList<>(workers.keySet());
        Collections.rotate(order, round);
        for (Task task : settings.tasks()) {
            for (ContenderKind kind : order) {
                RoundResult result = measure(Objects.requireNonNull(workers.get(kind)), task, settings.roundMillis());
                results.add(task, kind, result);
                System.out.printf(
                        "round %d  %-16s %-26s %,12.0f msg/s %8.0f ns CPU %8.0f B %10.0f us%n",
                        round,
                        task,
                        kind.label(),
                        result.messagesPerSecond(),
                        result.cpuNanosPerMessage(),
                        result.bytesPerMessage(),
                        result.p99Micros());
            }
        }
    }

    private static RoundResult measure(ForkedJvm worker, Task task, long millis) throws IOException {
        worker.tell(task + " " + millis);
        return RoundResult.parse(worker.answer());
    }
}
