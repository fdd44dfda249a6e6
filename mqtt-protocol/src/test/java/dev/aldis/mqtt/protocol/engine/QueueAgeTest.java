package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueueAgeTest {

    private static final long SECOND = 1_000;

    private static OutboundMessage message(long expirySeconds) {
        Message plain = Message.of("t", QoS.AT_LEAST_ONCE, "p");
        return new OutboundMessage(
                expirySeconds < 0
                        ? plain
                        : plain.withProperties(MessageProperties.builder()
                                .messageExpirySeconds(expirySeconds)
                                .build()),
                PublishOptions.NONE,
                100 * SECOND);
    }

    private static QueueAge age(long maximumSeconds) {
        return new QueueAge(QueuePolicy.DEFAULT.withMaximumAge(Duration.ofSeconds(maximumSeconds)));
    }

    @Test
    void messageExpiresWithItsIntervalAndNotBefore() {
        QueueAge age = age(0);
        age.handleClock(0, 110 * SECOND - 1);
        assertFalse(age.isExpired(message(10)));
        age.handleClock(0, 110 * SECOND);
        assertTrue(age.isExpired(message(10)));
        assertTrue(age.isExpired(message(0)));
        assertFalse(age.isExpired(message(-1)));
        assertFalse(age.isExpired(message(MessageProperties.MAXIMUM_EXPIRY_SECONDS)));
    }

    @Test
    void shorterOfIntervalAndMaximumAgeCounts() {
        QueueAge age = age(5);
        age.handleClock(0, 105 * SECOND);
        assertTrue(age.isExpired(message(-1)));
        assertTrue(age.isExpired(message(10)));
        age.handleClock(0, 104 * SECOND);
        assertTrue(age.isExpired(message(3)));
        assertFalse(age.isExpired(message(10)));
    }

    @Test
    void nothingExpiresWithoutAClock() {
        assertFalse(age(1).isExpired(message(0)));
        assertEquals(KeepAlive.NEVER, age(1).deadlineNanos());
    }

    @Test
    void sweepIsDueAtItsTimeAlsoAfterTheClockWasSetBack() {
        QueueAge age = age(0);
        age.handleClock(0, 5_000 * SECOND);
        age.watch(message(0));
        assertTrue(age.beginSweep());
        age.handleClock(0, 105 * SECOND);
        age.watch(message(10));
        assertFalse(age.beginSweep());
        assertEquals(5_000_000_000L, age.deadlineNanos());
        age.handleClock(0, 110 * SECOND);
        assertTrue(age.beginSweep());
    }

    @Test
    void sweepIsDueWhenTheFirstExpiresAndAtMostOnceASecond() {
        QueueAge age = age(0);
        age.handleClock(7, 100 * SECOND);
        age.watch(message(10));
        age.watch(message(20));
        assertEquals(7 + 10_000_000_000L, age.deadlineNanos());
        assertFalse(age.beginSweep());
        age.handleClock(7, 110 * SECOND);
        assertTrue(age.beginSweep());
        age.watch(message(10));
        assertFalse(age.beginSweep());
        assertEquals(7 + 1_000_000_000L, age.deadlineNanos());
        age.handleClock(7, 110 * SECOND + 999);
        assertFalse(age.beginSweep());
        assertEquals(7 + 1_000_000L, age.deadlineNanos());
        age.handleClock(7, 111 * SECOND);
        assertTrue(age.beginSweep());
        assertEquals(KeepAlive.NEVER, age.deadlineNanos());
    }

    @Test
    void whatIsLeftOfTheIntervalIsSent() {
        assertEquals(10, sent(10, 0));
        assertEquals(10, sent(10, 999));
        assertEquals(9, sent(10, 1_000));
        assertEquals(1, sent(10, 9_999));
        assertEquals(1, sent(10, 60_000));
        assertEquals(10, sent(10, -5_000));
        OutboundMessage plain = message(-1);
        assertSame(plain.message(), plain.messageToSend(1_000_000));
    }

    private static long sent(long expirySeconds, long waitedMillis) {
        return message(expirySeconds)
                .messageToSend(100 * SECOND + waitedMillis)
                .properties()
                .messageExpirySeconds()
                .orElseThrow();
    }

    @Test
    void theCauseNamesHowLongItWaitedAndBothLimits() {
        QueueAge age = age(5);
        age.handleClock(0, 120 * SECOND);
        assertTrue(age.cause(message(10)).getMessage().contains("waited for 20 s"));
        assertTrue(age.cause(message(10)).getMessage().contains("Expiry Interval is 10 s"));
        assertTrue(age.cause(message(-1)).getMessage().contains("Expiry Interval is not set"));
        assertTrue(age.cause(message(-1)).getMessage().contains("maximum age 5 s"));
        assertTrue(age(0).cause(message(10)).getMessage().contains("maximum age not set"));
    }
}
