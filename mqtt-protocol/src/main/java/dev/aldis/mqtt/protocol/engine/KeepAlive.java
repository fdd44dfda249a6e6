package dev.aldis.mqtt.protocol.engine;

/**
 * When PINGREQ is due, and when the server counts as gone (section 3.1.2.10).
 *
 * <p>A ping is due when nothing was sent for nine tenths of the interval, which the standard asks for, and also when
 * nothing was received for that long: otherwise a client that publishes all the time would not notice a link that is dead
 * in one direction.
 *
 * <p>Who looks long after the time for the answer is over has stood still meanwhile: the ping may have left late, and the
 * answer may lie unread. So the server is given that time once more then.
 */
final class KeepAlive {

    /** What is due. */
    enum Due {
        NOTHING,
        PING,
        SERVER_GONE
    }

    static final long NEVER = Long.MAX_VALUE;

    private static final long SECOND = 1_000_000_000L;

    private final long pingAfterNanos;
    private final long answerWithinNanos;
    private final long lateNanos;
    private long lastSentNanos;
    private long lastReceivedNanos;
    private long pingSentNanos;
    private boolean awaitingAnswer;
    private boolean waitedAgain;
    private boolean suspended;

    KeepAlive(int intervalSeconds, long nowNanos) {
        this.pingAfterNanos = intervalSeconds * SECOND / 10 * 9;
        this.answerWithinNanos = Math.max(SECOND, intervalSeconds * SECOND / 2);
        this.lateNanos = answerWithinNanos / 4;
        this.lastSentNanos = nowNanos;
        this.lastReceivedNanos = nowNanos;
    }

    void handleSent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    /** Any packet shows that the server is there. */
    void handleReceived(long nowNanos) {
        lastReceivedNanos = nowNanos;
        awaitingAnswer = false;
    }

    /** While reading is paused an answer cannot be seen, so its absence says nothing. */
    void suspend(boolean flag, long nowNanos) {
        if (suspended && !flag) {
            lastReceivedNanos = nowNanos;
            pingSentNanos = nowNanos;
        }
        suspended = flag;
    }

    void handlePingSent(long nowNanos) {
        lastSentNanos = nowNanos;
        if (!awaitingAnswer) {
            awaitingAnswer = true;
            waitedAgain = false;
            pingSentNanos = nowNanos;
        }
    }

    /** To be asked at {@link #deadlineNanos}, and at any other time. */
    Due due(long nowNanos) {
        if (pingAfterNanos == 0) {
            return Due.NOTHING;
        }
        if (awaitingAnswer && !suspended && nowNanos - pingSentNanos >= answerWithinNanos) {
            if (waitedAgain || nowNanos - pingSentNanos - answerWithinNanos < lateNanos) {
                return Due.SERVER_GONE;
            }
            waitedAgain = true;
            pingSentNanos = nowNanos;
        }
        return nowNanos - pingBase() >= pingAfterNanos ? Due.PING : Due.NOTHING;
    }

    long deadlineNanos() {
        if (pingAfterNanos == 0) {
            return NEVER;
        }
        long ping = pingBase() + pingAfterNanos;
        return awaitingAnswer && !suspended ? earlier(ping, pingSentNanos + answerWithinNanos) : ping;
    }

    private long pingBase() {
        // One ping at a time for the sake of receiving; for the sake of sending it repeats.
        return awaitingAnswer || suspended ? lastSentNanos : earlier(lastSentNanos, lastReceivedNanos);
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }
}
