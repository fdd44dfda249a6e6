package dev.aldis.mqtt.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A queue that would not fit into memory: with handles and payloads these messages take more than twice the heap that
 * the processes have. {@code -Daldis.longQueue=1000000} runs the promise as it stands, with a heap of 64 MiB.
 */
@Timeout(900)
class LongQueueIT {

    private static final int MESSAGES = Integer.getInteger("aldis.longQueue", 150_000);
    private static final String HEAP = MESSAGES > 500_000 ? "-Xmx64m" : "-Xmx32m";

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ContenderKind.class,
            names = {"ALDIS_H2", "ALDIS_CHRONICLE"})
    void queueLongerThanMemoryIsFilledFoundAgainAndDrained(ContenderKind kind) throws IOException {
        try (ForkedJvm server = ForkedJvm.start(programs(), List.of(), StubServer.class, List.of())) {
            String port = server.answer();
            String[] filled = run(kind, "fill", port);
            String[] drained = run(kind, "drain", port);
            // Order of magnitude only: the machine may be busy with something else at any time.
            long first = Long.parseLong(filled[1]) + Long.parseLong(filled[2]);
            long last = Long.parseLong(filled[9]) + Long.parseLong(filled[10]);
            assertTrue(last < 10 * first + 5_000, "The queue gets slower: " + String.join(" ", filled));
            assertTrue(drained[0].equals("drained"), String.join(" ", drained));
        }
    }

    private String[] run(ContenderKind kind, String what, String port) throws IOException {
        List<String> options = new ArrayList<>(kind.jvmOptions());
        options.addAll(List.of("-Xms16m", HEAP, "-XX:+UseSerialGC", "-XX:-UseG1GC"));
        String store = (kind == ContenderKind.ALDIS_CHRONICLE ? "chronicle:" : "h2:") + directory;
        try (ForkedJvm program = ForkedJvm.start(
                programs(), options, LongQueue.class, List.of(what, port, store, Integer.toString(MESSAGES)))) {
            String answer = program.answer();
            System.out.println(kind.label() + ", " + HEAP + ", " + MESSAGES + " messages: " + answer);
            return answer.split(" ", -1);
        }
    }

    private static String programs() {
        return settings().classPath(ContenderKind.ALDIS_H2);
    }

    private static Settings settings() {
        return new Settings(
                System.getProperty("benchmarks.classes"),
                Path.of(System.getProperty("benchmarks.libraries")),
                List.of(),
                List.of(),
                1,
                300,
                50);
    }
}
