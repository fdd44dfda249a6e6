package dev.aldis.mqtt.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A few seconds of the benchmark, so that it keeps running, with a guard on what hardly depends on the load of the machine:
 * allocation, and processor time against HiveMQ's client in the same run. Throughput is printed and not asserted: on a
 * busy machine of two cores it differs by a factor of ten from one second to the next. What was measured on a quiet one
 * stands in {@code docs/benchmarks.md}.
 */
@Timeout(180)
class BenchmarksIT {

    /** Twice what is measured when all is compiled; a few objects more for each message show. */
    private static final double MOST_BYTES_PER_PUBLISH = 400;

    /** Twice what is measured, the message with its payload included. */
    private static final double MOST_BYTES_PER_MESSAGE = 700;

    @Test
    void publishAtQos1AllocatesLittleAndTakesLessProcessorTimeThanHiveMq() throws Exception {
        Task task = new Task(Task.Direction.PUBLISH, 1, 1_000);
        List<ContenderKind> contenders = List.of(ContenderKind.ALDIS_MEMORY, ContenderKind.HIVEMQ);
        Results results = new Benchmarks(settings(contenders, List.of(task), 3, 2_000)).run();
        System.out.println(new ResultTable(results));

        double bytes = results.median(task, ContenderKind.ALDIS_MEMORY, RoundResult::bytesPerMessage);
        assertTrue(
                bytes <= MOST_BYTES_PER_PUBLISH,
                "A publish at QoS 1 allocates " + bytes + " bytes; at most " + MOST_BYTES_PER_PUBLISH + " are allowed");
        // Measured is a fifth or less, so this fails when something went badly wrong and not when the machine is busy.
        double ours = results.least(task, ContenderKind.ALDIS_MEMORY, RoundResult::cpuNanosPerMessage);
        double theirs = results.least(task, ContenderKind.HIVEMQ, RoundResult::cpuNanosPerMessage);
        assertTrue(
                ours <= theirs,
                "A publish at QoS 1 takes " + ours + " ns of processor time, more than HiveMQ's client, which takes "
                        + theirs + " ns in the same run");
    }

    @Test
    void acknowledgingByHandIsAsFastAsReturning() throws Exception {
        Task task = new Task(Task.Direction.RECEIVE, 1, 1_000);
        List<ContenderKind> contenders = List.of(ContenderKind.ALDIS_MEMORY, ContenderKind.ALDIS_MANUAL);
        Results results = new Benchmarks(settings(contenders, List.of(task), 3, 2_000)).run();
        System.out.println(new ResultTable(results));

        for (ContenderKind kind : contenders) {
            double bytes = results.median(task, kind, RoundResult::bytesPerMessage);
            assertTrue(
                    bytes <= MOST_BYTES_PER_MESSAGE,
                    "Receiving at QoS 1 (" + kind + ") allocates " + bytes + " bytes; at most " + MOST_BYTES_PER_MESSAGE
                            + " are allowed");
        }
        // About equal when measured; a wake-up of the loop for each acknowledgement would be several times as much.
        double byHand = results.least(task, ContenderKind.ALDIS_MANUAL, RoundResult::cpuNanosPerMessage);
        double returning = results.least(task, ContenderKind.ALDIS_MEMORY, RoundResult::cpuNanosPerMessage);
        assertTrue(
                byHand <= 3 * returning,
                "Receiving at QoS 1 takes " + byHand + " ns of processor time when each message is acknowledged by"
                        + " hand, and " + returning + " ns when the handler returns");
    }

    @Test
    void everyTaskRunsWithOurClient() throws Exception {
        List<ContenderKind> contenders =
                List.of(ContenderKind.ALDIS_MEMORY, ContenderKind.ALDIS_MANUAL, ContenderKind.ALDIS_H2);
        Results results = new Benchmarks(settings(contenders, Task.all(), 1, 50)).run();
        // A round fails where a publish is not acknowledged or no message comes, and no result is left out.
        assertEquals(Set.copyOf(Task.all()), results.tasks());
        for (Task task : Task.all()) {
            assertEquals(Set.copyOf(contenders), results.contenders(task), task.toString());
        }
    }

    private static Settings settings(List<ContenderKind> contenders, List<Task> tasks, int rounds, long warmUpMillis) {
        return new Settings(
                System.getProperty("benchmarks.classes"),
                Path.of(System.getProperty("benchmarks.libraries")),
                contenders,
                tasks,
                rounds,
                300,
                warmUpMillis);
    }
}
