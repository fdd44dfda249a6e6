package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import org.junit.jupiter.api.Test;

class OutboundMessageTest {

    @Test
    void itWasSentWhenItsFirstPublishLeft() {
        OutboundMessage message =
                new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, "p"), PublishOptions.NONE, 1_000);
        assertEquals(0, message.sentAtNanos());
        message.markSent(-5);
        message.markSent(7);
        assertEquals(-5, message.sentAtNanos());
    }
}
