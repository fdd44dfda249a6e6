package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.SubAck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the Packet Identifier of a request is in use, and when it is waited for; the rest is in transcripts. */
class SubscriptionFlowTest {

    private static final int MOST_BYTES = 100;

    private final SessionState session = new SessionState();
    private int sizeBytes = MOST_BYTES;
    private final Notices notices = new Notices();
    private final StoreGate gate = new StoreGate(false);
    private final SubscriptionFlow flow =
            new SubscriptionFlow(session, gate, new Journal(session, gate), notices, (packet, version) -> sizeBytes);
    private final ConnectionState connection = new ConnectionState(
            1,
            ProtocolVersion.MQTT_5,
            new ServerLimits(10, MOST_BYTES, 0, QoS.EXACTLY_ONCE, true, true, true, true),
            new KeepAlive(0, 0));
    private final List<ControlPacket> sent = new ArrayList<>();

    private void subscribe() {
        Subscription subscription = Subscription.of("a", QoS.AT_LEAST_ONCE);
        flow.submit(Request.subscribe(List.of(subscription), "operation"), connection, sent::add);
    }

    @Test
    void fromTheRequestToItsAnswer() throws PeerViolation {
        assertFalse(flow.hasPending());
        subscribe();
        subscribe();
        assertEquals(2, session.identifiers.inUse());
        flow.handleSubAck(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        assertEquals(1, session.identifiers.inUse());
        assertTrue(flow.hasPending());
        flow.handleSubAck(new SubAck(2, List.of(ReasonCode.NOT_AUTHORIZED), Diagnostics.NONE));
        assertEquals(0, session.identifiers.inUse());
        assertFalse(flow.hasPending());
    }

    @Test
    void notForARequestThatIsTooLargeToBeSent() {
        sizeBytes = MOST_BYTES + 1;
        subscribe();
        assertEquals(List.of(), sent);
        assertEquals(0, session.identifiers.inUse());
        assertFalse(flow.hasPending());
    }

    @Test
    void untilTheConnectionEnds() {
        subscribe();
        flow.handleConnectionEnd(new ConnectionException("lost", (Throwable) null));
        assertEquals(0, session.identifiers.inUse());
        assertFalse(flow.hasPending());
    }

    @Test
    void aRequestForWhichThereIsNoIdentifierIsRefused() {
        for (int i = 0; i < PacketIdentifiers.MAXIMUM; i++) {
            session.identifiers.allocate();
        }
        subscribe();
        TranscriptOutput output = new TranscriptOutput(new ModelStore(), number -> {});
        notices.drain(output);
        assertEquals("  failed operation: All 65535 Packet Identifiers are in use: try again later\n", output.take());
        assertEquals(List.of(), sent);
        assertFalse(flow.hasPending());
    }
}
