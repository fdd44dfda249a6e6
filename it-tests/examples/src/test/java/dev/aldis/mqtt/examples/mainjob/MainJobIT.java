package dev.aldis.mqtt.examples.mainjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.Program;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slice of the twenty runs that are to succeed in a row. */
@Timeout(600)
class MainJobIT {

    private static final Duration PATIENCE = Duration.ofMinutes(8);

    @Test
    void eachRowArrivesExactlyOnceWhereverThePublisherIsKilled() {
        try (Program job = Example.start("main-job", "--runs", "2", "--kills", "2")) {
            assertEquals(0, job.awaitExit(PATIENCE), job::toString);
            List<String> lines = job.output().all();
            assertEquals(2, count(lines, "2 +2 +1461 +1461 +0 +0 .*kept"), job::toString);
            assertEquals(2, count(lines, "1 +2 +1461 +[0-9]+ +0 +[0-9]+ .*kept"), job::toString);
            assertEquals(2, count(lines, "0 +0 +1461 .*"), job::toString);
            assertEquals(8, count(lines, ".*killed with SIGKILL.*"), job::toString);
            assertTrue(lines.contains("2 of 2 runs kept every promise"), job::toString);
        }
    }

    @Test
    void theStoreOnChronicleQueueKeepsThePromisesToo() {
        try (Program job = Example.start("main-job", "--store", "chronicle")) {
            assertEquals(0, job.awaitExit(PATIENCE), job::toString);
            assertTrue(job.output().all().contains("1 of 1 run kept every promise"), job::toString);
        }
    }

    @Test
    void aStoreThatEndsWithItsProcessIsRefused() {
        try (Program job = Example.start("main-job", "--store", "memory")) {
            assertEquals(2, job.awaitExit(PATIENCE), job::toString);
            job.errors()
                    .await(
                            "--store 'memory' does not outlive a process that is killed: use h2 or chronicle",
                            Duration.ZERO);
        }
    }

    @Test
    void aRowThatDoesNotExistIsRefused() {
        try (Program job = Example.start("main-job", "--kill-at", "1461")) {
            assertEquals(2, job.awaitExit(PATIENCE), job::toString);
            job.errors().await("--kill-at '1461' is out of range: use row numbers from 1 to 1460", Duration.ZERO);
        }
    }

    private static long count(List<String> lines, String pattern) {
        return lines.stream().filter(line -> line.matches(pattern)).count();
    }
}
