package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What a client owes to any server, also to one that breaks the rules, judged by what has passed the client's own end of the
 * link.
 */
final class ClientConduct {

    private static final long SECOND = 1_000_000_000L;

    private final ProtocolVersion version;
    private final int keepAliveSeconds;
    private final int receiveMaximum;

    /** The client's Packet Identifiers of messages; they outlive a connection. */
    private final BitSet messageIdentifiers = new BitSet();

    private final BitSet requestIdentifiers = new BitSet();
    private final BitSet unansweredQos2 = new BitSet();
    private final BitSet unansweredReleases = new BitSet();

    /** What counts against the client's own Receive Maximum. */
    private int receivingQos1;

    private final BitSet receivingQos2 = new BitSet();

    private final BitSet underWay = new BitSet();
    /** Simulated servers use small identifiers. */
    private final int[] unansweredQos1 = new int[64];

    /** When PUBREC came for an identifier; 0 if that was in another process. */
    private final int[] receivedOrder = new int[64];

    private final BitSet receivedHere = new BitSet();
    private final BitSet released = new BitSet();
    private boolean serverContradictsItself;
    private int nextOrder;
    private int lastResent;
    private boolean closing;
    private boolean connectSent;
    private boolean accepted;
    private boolean disconnectSent;
    private int serverReceiveMaximum;
    private long sentNanos;
    private long receivedNanos;

    ClientConduct(WorldSettings settings) {
        this.version = settings.version();
        this.keepAliveSeconds = settings.keepAliveSeconds();
        this.receiveMaximum = settings.window();
    }

    private static AssertionError misbehaves(String what) {
        return new AssertionError("The client misbehaves: " + what);
    }

    void begin() {
        connectSent = false;
        accepted = false;
        disconnectSent = false;
        requestIdentifiers.clear();
        unansweredQos2.clear();
        unansweredReleases.clear();
        receivingQos1 = 0;
        receivingQos2.clear();
        underWay.clear();
        Arrays.fill(unansweredQos1, 0);
        receivedHere.clear();
        lastResent = 0;
        closing = false;
    }

    /** From now on the order of the server's answers proves nothing. */
    void handleContradictions() {
        serverContradictsItself = true;
    }

    /** A new process knows the order from its store. */
    void handleRestart() {
        Arrays.fill(receivedOrder, 0);
        released.clear();
    }

    /** The session that the identifiers belong to has ended at both sides. */
    void forgetSession() {
        messageIdentifiers.clear();
    }

    // --- time

    /** The process was not given the processor, so it is not to blame for silence. */
    void excuse(long nowNanos) {
        sentNanos = nowNanos;
        receivedNanos = nowNanos;
    }

    /** The client has had its turn at this time. */
    void checkTime(long nowNanos) {
        if (!accepted || keepAliveSeconds == 0) {
            return;
        }
        if (nowNanos - sentNanos > keepAliveSeconds * SECOND) {
            throw misbehaves(
                    "silent for " + (nowNanos - sentNanos) + " ns with a Keep Alive of " + keepAliveSeconds + " s");
        }
        if (nowNanos - receivedNanos > 2L * keepAliveSeconds * SECOND + SECOND) {
            throw misbehaves("believes in a server that has said nothing for " + (nowNanos - receivedNanos) + " ns");
        }
    }

    /** The client has had its turn: a server that sends too much is not served any more. */
    void checkReceiveMaximum() {
        if (!accepted || version != ProtocolVersion.MQTT_5) {
            return;
        }
        // A place is free when the acknowledgement is on its way to the store.
        int most = 2 * receiveMaximum + 1;
        int receiving = receivingQos1 + receivingQos2.cardinality();
        if (receivingQos1 > receiveMaximum || receiving > most) {
            throw misbehaves("it has taken " + receiving + " messages of QoS 1 and 2 with a Receive Maximum of "
                    + receiveMaximum + " [MQTT-3.3.4-9]");
        }
    }

    /** The client does not count on this connection any more. */
    void handleClosing() {
        accepted = false;
        closing = true;
    }

    // --- from the client

    void sent(ControlPacket packet, long nowNanos) {
        sent(packet.type(), nowNanos);
        switch (packet.type()) {
            case SUBSCRIBE -> checkRequest(((Subscribe) packet).packetIdentifier());
            case UNSUBSCRIBE -> checkRequest(((Unsubscribe) packet).packetIdentifier());
            case PUBACK -> {
                int identifier = ((PubAck) packet).packetIdentifier();
                receivingQos1--;
                if (--unansweredQos1[identifier] < 0) {
                    throw misbehaves(packet + " answers no PUBLISH of this connection");
                }
            }
            case PUBREC -> {
                int identifier = ((PubRec) packet).packetIdentifier();
                if (((PubRec) packet).reasonCode().isError()) {
                    receivingQos2.clear(identifier);
                }
                if (!unansweredQos2.get(identifier)) {
                    throw misbehaves(packet + " answers no PUBLISH of this connection");
                }
            }
            case PUBCOMP -> {
                int identifier = ((PubComp) packet).packetIdentifier();
                receivingQos2.clear(identifier);
                if (!unansweredReleases.get(identifier)) {
                    throw misbehaves(packet + " answers no PUBREL of this connection");
                }
            }
            case PUBREL -> checkOrder(((PubRel) packet).packetIdentifier());
            case CONNECT, CONNACK, PUBLISH, SUBACK, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH -> {}
        }
    }

    /** What was released on an earlier connection is released again in the order of the PUBRECs. */
    private void checkOrder(int identifier) {
        released.set(identifier);
        int order = receivedOrder[identifier & 63];
        if (order == 0 || receivedHere.get(identifier) || serverContradictsItself) {
            return;
        }
        if (order < lastResent) {
            throw misbehaves("PUBREL " + identifier + " is out of order [MQTT-4.6.0-4]");
        }
        lastResent = order;
    }

    private void sent(PacketType type, long nowNanos) {
        sentNanos = nowNanos;
        if (disconnectSent) {
            throw misbehaves(type + " follows DISCONNECT [MQTT-3.14.4-1]");
        }
        if ((type == PacketType.CONNECT) == connectSent) {
            throw misbehaves(type + (connectSent ? " after" : " before") + " CONNECT");
        }
        boolean early = type == PacketType.CONNECT || type == PacketType.DISCONNECT;
        if (!early && !accepted) {
            throw misbehaves(type + " leaves before CONNACK has come");
        }
        connectSent = true;
        disconnectSent = type == PacketType.DISCONNECT;
    }

    private void checkRequest(int identifier) {
        if (requestIdentifiers.get(identifier) || messageIdentifiers.get(identifier)) {
            throw misbehaves("Packet Identifier " + identifier + " is used twice [MQTT-2.2.1-3]");
        }
        requestIdentifiers.set(identifier);
    }

    void sentPublish(OutboundMessage message, boolean duplicate, long nowNanos) {
        sent(PacketType.PUBLISH, nowNanos);
        int identifier = message.packetIdentifier();
        if (message.message().qos() == QoS.AT_MOST_ONCE) {
            if (duplicate || identifier != 0) {
                throw misbehaves("DUP or Packet Identifier with QoS 0 [MQTT-3.3.1-2]");
            }
            return;
        }
        if (identifier == 0) {
            throw misbehaves("Packet Identifier 0 [MQTT-2.2.1-3]");
        }
        if (requestIdentifiers.get(identifier) || (!duplicate && messageIdentifiers.get(identifier))) {
            throw misbehaves("Packet Identifier " + identifier + " is used twice [MQTT-2.2.1-3]");
        }
        messageIdentifiers.set(identifier);
        if (underWay.get(identifier)) {
            throw misbehaves("PUBLISH " + identifier + " is sent twice on one connection [MQTT-4.4.0-1]");
        }
        underWay.set(identifier);
        if (version == ProtocolVersion.MQTT_5 && underWay.cardinality() > serverReceiveMaximum) {
            throw misbehaves(underWay.cardinality() + " messages are under way, the server takes "
                    + serverReceiveMaximum + " [MQTT-3.3.4-7]");
        }
    }

    // --- to the client

    void received(ControlPacket packet, long nowNanos) {
        receivedNanos = nowNanos;
        if (closing) {
            return; // The client has given the connection up and does not read on.
        }
        switch (packet.type()) {
            case CONNACK -> received((ConnAck) packet, nowNanos);
            case PUBLISH -> received((Publish) packet);
            case PUBREL -> unansweredReleases.set(((PubRel) packet).packetIdentifier());
            case PUBACK -> free(((PubAck) packet).packetIdentifier());
            case PUBREC -> {
                int identifier = ((PubRec) packet).packetIdentifier();
                receivedHere.set(identifier);
                if (!released.get(identifier)) {
                    receivedOrder[identifier & 63] = ++nextOrder;
                }
                if (((PubRec) packet).reasonCode().isError()) {
                    free(identifier);
                }
            }
            case PUBCOMP -> free(((PubComp) packet).packetIdentifier());
            case SUBACK -> requestIdentifiers.clear(((SubAck) packet).packetIdentifier());
            case UNSUBACK -> requestIdentifiers.clear(((UnsubAck) packet).packetIdentifier());
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, PINGRESP, DISCONNECT, AUTH -> {}
        }
    }

    private void received(ConnAck packet, long nowNanos) {
        if (accepted) {
            return;
        }
        accepted = packet.reasonCode() == ReasonCode.SUCCESS;
        sentNanos = nowNanos;
        serverReceiveMaximum = packet.properties().limits().receiveMaximum();
        if (accepted && !packet.sessionPresent() && version != ProtocolVersion.MQTT_3_1) {
            forgetSession();
        }
    }

    private void received(Publish packet) {
        switch (packet.message().qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> {
                receivingQos1++;
                unansweredQos1[packet.packetIdentifier()]++;
            }
            case EXACTLY_ONCE -> {
                receivingQos2.set(packet.packetIdentifier());
                unansweredQos2.set(packet.packetIdentifier());
            }
        }
    }

    private void free(int identifier) {
        messageIdentifiers.clear(identifier);
        released.clear(identifier);
        receivedOrder[identifier & 63] = 0;
        underWay.clear(identifier);
    }
}
