package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ReconnectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final ReconnectPolicy POLICY =
            ReconnectPolicy.DEFAULT.withDelays(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private static List<Long> delays(ReconnectPolicy policy, long seed, int count) {
        Backoff backoff = new Backoff(policy, seed);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backoff.handleAttempt();
            delays.add(backoff.nextDelayNanos());
        }
        return delays;
    }

    @Test
    void delaysDoubleWithinAFifthUpToTheLimit() {
        for (long seed = 0; seed < 200; seed++) {
            List<Long> delays = delays(POLICY, seed, 12);
            for (int i = 0; i < delays.size(); i++) {
                double middle = Math.min(30e9, 1e9 * (1L << i));
                assertTrue(
                        delays.get(i) >= middle * 0.8 && delays.get(i) <= Math.min(30e9, middle * 1.2),
                        "seed " + seed + ", attempt " + (i + 1) + ": " + delays.get(i));
            }
        }
    }

    @Test
    void spreadGoesInBothDirections() {
        long shorter = 0;
        for (long seed = 0; seed < 1_000; seed++) {
            shorter += delays(POLICY, seed, 1).get(0) < 1_000_000_000L ? 1 : 0;
        }
        long count = shorter;
        assertTrue(count > 400 && count < 600, () -> count + " of 1000 are shorter");
    }

    @Test
    void sameSeedGivesTheSameDelays() {
        assertEquals(delays(POLICY, 5, 20), delays(POLICY, 5, 20));
        assertNotEquals(delays(POLICY, 5, 20), delays(POLICY, 6, 20));
    }

    /** A seed that somebody writes down is of use on another machine and in another version. */
    @Test
    void aSeedGivesTheDelaysOfSplitMix64Everywhere() {
        assertEquals(
                List.of(
                        1_117_830_763L,
                        2_276_857_634L,
                        4_175_659_051L,
                        8_602_147_992L,
                        17_366_125_296L,
                        30_000_000_000L),
                delays(POLICY, 5, 6));
    }

    @Test
    void manyAttemptsDoNotOverflow() {
        for (long delay : delays(POLICY, 1, 10_000)) {
            assertTrue(delay > 0 && delay <= 30_000_000_000L, () -> "Delay " + delay);
        }
    }

    @Test
    void zeroStaysZeroAndLongDelaysStayWithinTheLimit() {
        assertEquals(List.of(0L, 0L), delays(POLICY.withDelays(Duration.ZERO, Duration.ZERO), 1, 2));
        ReconnectPolicy days = POLICY.withDelays(Duration.ofDays(300), Duration.ofDays(365));
        for (long delay : delays(days, 1, 50)) {
            assertTrue(delay >= Duration.ofDays(240).toNanos(), () -> "Delay " + delay);
            assertTrue(delay <= Duration.ofDays(365).toNanos(), () -> "Delay " + delay);
        }
    }

    @Test
    void resetStartsAgainFromTheFirstDelay() {
        Backoff backoff = new Backoff(POLICY, 1);
        for (int i = 0; i < 4; i++) {
            backoff.handleAttempt();
        }
        assertTrue(backoff.nextDelayNanos() >= 6_400_000_000L);
        backoff.reset();
        assertTrue(backoff.nextDelayNanos() <= 1_200_000_000L);
    }
}
