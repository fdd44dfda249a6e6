package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PaceTest {

    @Test
    void itTurnsNoMoreOftenThanAskedFor() throws InterruptedException {
        long start = System.nanoTime();
        Pace pace = new Pace(100);
        for (int i = 0; i < 21; i++) {
            pace.await();
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= 200, millis + " ms for 20 steps of 10 ms");
    }
}
