package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.PublishRate;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;

    private final RateLimit limit = new RateLimit();

    private int takeAll(long now) {
        limit.handleTime(now);
        int taken = 0;
        while (taken < 10_000 && limit.take()) {
            taken++;
        }
        return taken;
    }

    @Test
    void withoutARateNothingIsRefused() {
        assertEquals(10_000, takeAll(5));
        assertEquals(KeepAlive.NEVER, limit.deadlineNanos());
    }

    @Test
    void burstThenOneAtATime() {
        limit.handleTime(SECOND);
        limit.set(new PublishRate(10, 5));
        assertEquals(5, takeAll(SECOND));
        assertEquals(SECOND + SECOND / 10, limit.deadlineNanos());
        assertEquals(0, takeAll(SECOND + SECOND / 10 - 1));
        assertEquals(1, takeAll(SECOND + SECOND / 10));
        assertEquals(5, takeAll(100 * SECOND));
    }

    @Test
    void longRunGivesTheRate() {
        limit.set(new PublishRate(1_000, 1));
        int taken = 0;
        for (long now = 0; now < 10 * SECOND; now += SECOND / 2_000) {
            taken += takeAll(now);
        }
        assertEquals(10_000, taken);
    }

    @Test
    void newRateCountsFromNow() {
        limit.set(new PublishRate(0.001, 1));
        assertEquals(1, takeAll(SECOND));
        assertFalse(limit.take());
        limit.set(PublishRate.perSecond(1));
        assertTrue(limit.take());
        assertFalse(limit.take());
        limit.set(PublishRate.UNLIMITED);
        assertTrue(limit.take());
    }
}
