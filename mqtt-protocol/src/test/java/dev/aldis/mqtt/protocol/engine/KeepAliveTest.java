package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.protocol.engine.KeepAlive.Due;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void zeroSwitchesItOff() {
        KeepAlive off = new KeepAlive(0, 5);
        assertEquals(Due.NOTHING, off.due(Long.MAX_VALUE / 2));
        assertEquals(KeepAlive.NEVER, off.deadlineNanos());
    }

    /** The clock has no zero: it may be negative, and may pass from the largest number to the smallest. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000 * SECOND, -1_000 * SECOND, Long.MAX_VALUE - 20 * SECOND, Long.MIN_VALUE})
    void pingsAndGivesUpAtAnyTimeOfTheClock(long begin) {
        KeepAlive alive = new KeepAlive(60, begin);
        assertEquals(begin + 54 * SECOND, alive.deadlineNanos());
        assertEquals(Due.NOTHING, alive.due(begin + 54 * SECOND - 1));
        assertEquals(Due.PING, alive.due(begin + 54 * SECOND));
        alive.handlePingSent(begin + 54 * SECOND);
        assertEquals(begin + 84 * SECOND, alive.deadlineNanos());
        assertEquals(Due.NOTHING, alive.due(begin + 84 * SECOND - 1));
        assertEquals(Due.SERVER_GONE, alive.due(begin + 84 * SECOND));
    }

    @Test
    void shortestIntervalLeavesASecondForTheAnswer() {
        KeepAlive alive = new KeepAlive(1, 0);
        assertEquals(SECOND / 10 * 9, alive.deadlineNanos());
        alive.handlePingSent(SECOND);
        assertEquals(Due.NOTHING, alive.due(2 * SECOND - 1 - SECOND / 5));
        assertEquals(Due.SERVER_GONE, alive.due(2 * SECOND));
    }

    @Test
    void longestIntervalDoesNotOverflow() {
        KeepAlive alive = new KeepAlive(65_535, 0);
        assertEquals(65_535 * SECOND / 10 * 9, alive.deadlineNanos());
    }

    @Test
    void sendingAloneDoesNotPutItOff() {
        KeepAlive alive = new KeepAlive(10, 0);
        for (int second = 1; second < 9; second++) {
            alive.handleSent(second * SECOND);
            assertEquals(Due.NOTHING, alive.due(second * SECOND));
        }
        assertEquals(Due.PING, alive.due(9 * SECOND));
        alive.handlePingSent(9 * SECOND);
        alive.handleSent(10 * SECOND);
        assertEquals(Due.NOTHING, alive.due(13 * SECOND));
        assertEquals(Due.SERVER_GONE, alive.due(14 * SECOND));
    }

    @Test
    void receivingAloneDoesNotPutItOff() {
        KeepAlive alive = new KeepAlive(10, 0);
        alive.handleReceived(8 * SECOND);
        assertEquals(Due.PING, alive.due(9 * SECOND));
    }

    @Test
    void answerStartsAgain() {
        KeepAlive alive = new KeepAlive(10, 0);
        alive.handlePingSent(9 * SECOND);
        alive.handleReceived(10 * SECOND);
        assertEquals(Due.NOTHING, alive.due(15 * SECOND));
        assertEquals(18 * SECOND, alive.deadlineNanos());
    }

    @Test
    void pausedReadingIsNoSilence() {
        KeepAlive alive = new KeepAlive(10, 0);
        alive.handlePingSent(9 * SECOND);
        alive.suspend(true, 10 * SECOND);
        assertEquals(Due.NOTHING, alive.due(17 * SECOND));
        assertEquals(Due.PING, alive.due(18 * SECOND));
        assertEquals(18 * SECOND, alive.deadlineNanos());
        alive.handlePingSent(18 * SECOND);
        alive.suspend(false, 20 * SECOND);
        assertEquals(Due.NOTHING, alive.due(24 * SECOND));
        assertEquals(Due.SERVER_GONE, alive.due(25 * SECOND));
    }

    /** Its own ping may have left late, and the answer may lie unread. */
    @Test
    void aClientThatStoodStillWaitsOnceMore() {
        KeepAlive alive = new KeepAlive(16, 0);
        alive.handlePingSent(15 * SECOND);
        assertEquals(Due.NOTHING, alive.due(25 * SECOND));
        alive.handleReceived(26 * SECOND);
        alive.handlePingSent(41 * SECOND);
        assertEquals(Due.NOTHING, alive.due(52 * SECOND));
        assertEquals(Due.PING, alive.due(56 * SECOND));
        alive.handlePingSent(56 * SECOND);
        assertEquals(60 * SECOND, alive.deadlineNanos());
        assertEquals(Due.NOTHING, alive.due(60 * SECOND - 1));
        assertEquals(Due.SERVER_GONE, alive.due(60 * SECOND));
    }

    @Test
    void aClientThatStandsStillAgainAndAgainGivesUpAllTheSame() {
        KeepAlive alive = new KeepAlive(16, 0);
        alive.handlePingSent(15 * SECOND);
        assertEquals(Due.NOTHING, alive.due(25 * SECOND));
        assertEquals(Due.SERVER_GONE, alive.due(40 * SECOND));
    }

    @Test
    void aClientThatLooksALittleLateDoesNotWaitAgain() {
        KeepAlive alive = new KeepAlive(16, 0);
        alive.handlePingSent(15 * SECOND);
        assertEquals(Due.SERVER_GONE, alive.due(25 * SECOND - 1));
    }
}
