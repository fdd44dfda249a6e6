package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import org.junit.jupiter.api.Test;

class QuiesceTest {

    private final SessionState session = new SessionState();
    private final StoreGate gate = new StoreGate(false);
    private final Quiesce quiesce = new Quiesce(
            session,
            new SubscriptionFlow(session, gate, new Journal(session, gate), new Notices(), (packet, version) -> 10));

    @Test
    void messagesInTheStoreThatWerePublishedBeforeAreWaitedForAndThoseAfterAreNot() {
        session.nextSequence = 8;
        session.horizon = 7;
        quiesce.begin(Disconnect.of(ReasonCode.SUCCESS), 1);
        assertFalse(quiesce.isOver(true), "Message 7 may be in the store only");
        session.horizon = 8;
        assertTrue(quiesce.isOver(true));
        assertFalse(quiesce.isOver(false), "What the store has not confirmed is waited for");
    }
}
