package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class WillTest {

    private static final Message MESSAGE = Message.of("status", QoS.AT_LEAST_ONCE, "gone");

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xFFFF_FFFFL})
    void aDelayOfFourBytesIsKept(long seconds) {
        assertEquals(seconds, new Will(MESSAGE, seconds).delaySeconds());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0x1_0000_0000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void anyOtherDelayIsRefused(long seconds) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new Will(MESSAGE, seconds));
        assertTrue(refused.getMessage().contains(String.valueOf(seconds)), refused::getMessage);
    }

    @Test
    void aPayloadHas65535BytesAtMost() {
        TopicName topic = TopicName.of("status");
        Message largest = Message.of(topic, QoS.AT_MOST_ONCE, Payload.wrap(new byte[65_535]));
        assertEquals(largest, Will.of(largest).message());
        Message larger = Message.of(topic, QoS.AT_MOST_ONCE, Payload.wrap(new byte[65_536]));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Will.of(larger));
        assertTrue(refused.getMessage().contains("65536"), refused::getMessage);
    }
}
