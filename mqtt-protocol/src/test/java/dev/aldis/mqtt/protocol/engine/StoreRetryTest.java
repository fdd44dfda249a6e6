package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreRetryTest {

    private static final long SECOND = 1_000_000_000L;

    private final StoreRetry retry = new StoreRetry();

    /** The clock has no zero: it may be negative, and may pass from the largest number to the smallest. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000 * SECOND, -1_000 * SECOND, Long.MAX_VALUE - SECOND / 2, Long.MIN_VALUE})
    void theStoreIsLeftAloneForASecondAndThenTriedOnce(long failedAt) {
        retry.handleFailure(failedAt);
        assertEquals(failedAt + SECOND, retry.deadlineNanos());
        assertFalse(retry.handleTime(failedAt + SECOND - 1));
        assertTrue(retry.isWaiting());
        assertTrue(retry.handleTime(failedAt + SECOND));
        assertFalse(retry.isWaiting());
        assertEquals(KeepAlive.NEVER, retry.deadlineNanos());
        assertFalse(retry.handleTime(failedAt + 2 * SECOND));
    }

    @Test
    void onlyMessagesThatWereNotConfirmedAndCheckpointsAreGivenUp() {
        assertFalse(StoreRetry.isGivenUp(RecordKeys.outbound(6), 7));
        assertTrue(StoreRetry.isGivenUp(RecordKeys.outbound(7), 7));
        assertFalse(StoreRetry.isGivenUp(RecordKeys.identifier(6), 7));
        assertTrue(StoreRetry.isGivenUp(RecordKeys.identifier(7), 7));
        assertFalse(StoreRetry.isGivenUp(RecordKeys.inbound(8), 7));
        assertTrue(StoreRetry.isGivenUp(RecordKeys.checkpoint(1), 7));
    }
}
