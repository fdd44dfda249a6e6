package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import org.junit.jupiter.api.Test;

class SessionStateTest {

    private final SessionState session = new SessionState();

    private static OutboundMessage message() {
        return new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, "12345"), PublishOptions.NONE, 0);
    }

    @Test
    void anIdentifierThatIsReleasedIsFreeAndLeadsToNoMessage() {
        OutboundMessage message = message();
        message.packetIdentifier = session.identifiers.allocate();
        session.outbound.set(message.packetIdentifier, message);
        session.releaseIdentifier(message);
        assertEquals(0, session.identifiers.inUse());
        assertNull(session.outbound.get(message.packetIdentifier));
    }

    @Test
    void messagesOfAllListsAndThoseInTheStoreCount() {
        session.inFlight.addLast(message());
        session.queue.addLast(message());
        session.fastLane.addLast(message());
        session.waiting.addLast(message());
        session.queuedBytes = 15;
        session.pagedOut = 7;
        session.pagedOutBytes = 35;
        assertEquals(10, session.outboundSize());
        assertEquals(50, session.outboundBytes());
    }
}
