package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
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
import java.util.EnumSet;
import java.util.Set;

/** What a client owes to any server, also to one that breaks the rules, judged by what passes its end of the link. */
final class ClientRules {

    /** What a client may say when it ends a connection. */
    private static final Set<ReasonCode> GOODBYES = EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE);

    private final BitSet messages = new BitSet();
    private final BitSet requests = new BitSet();
    private final BitSet underWay = new BitSet();
    private final int[] unansweredQos1 = new int[65_536];
    private final BitSet unansweredQos2 = new BitSet();
    private final BitSet unansweredReleases = new BitSet();

    private ProtocolVersion version = ProtocolVersion.MQTT_5;
    private PacketEncoder encoder = new PacketEncoder(version);
    private PacketDecoder server = new PacketDecoder(DecoderOptions.server());
    private ServerLimits limits = ServerLimits.NONE;
    private boolean cleanStart;
    private boolean connectSent;
    private boolean accepted;
    private boolean ended;
    private boolean disconnectSent;

    /** A connection begins. */
    void begin(ProtocolVersion connectionVersion) {
        version = connectionVersion;
        encoder = new PacketEncoder(connectionVersion);
        server = new PacketDecoder(DecoderOptions.server());
        limits = ServerLimits.NONE;
        connectSent = false;
        accepted = false;
        ended = false;
        disconnectSent = false;
        requests.clear();
        underWay.clear();
        Arrays.fill(unansweredQos1, 0);
        unansweredQos2.clear();
        unansweredReleases.clear();
    }

    /** The client asked to close the connection, or it is gone. */
    void end() {
        ended = true;
    }

    /** The client cannot know any more which identifiers are in use. */
    void forgetIdentifiers() {
        messages.clear();
    }

    boolean isDisconnectSent() {
        return disconnectSent;
    }

    // --- from the client

    void sent(ControlPacket packet) {
        PacketType type = packet.type();
        Rule.check(!ended, packet + " is sent on a connection that has been closed");
        Rule.check(!disconnectSent, packet + " follows DISCONNECT [MQTT-3.14.4-1]");
        Rule.check((type == PacketType.CONNECT) != connectSent, packet + " has the wrong place beside CONNECT");
        boolean early = type == PacketType.CONNECT || type == PacketType.DISCONNECT || type == PacketType.AUTH;
        Rule.check(early || accepted, packet + " leaves before CONNACK has come");
        connectSent = true;
        checkBytes(packet);
        switch (type) {
            case CONNECT -> cleanStart = ((Connect) packet).cleanStart();
            case PUBLISH -> checkPublish((Publish) packet);
            case SUBSCRIBE -> checkRequest(((Subscribe) packet).packetIdentifier());
            case UNSUBSCRIBE -> checkRequest(((Unsubscribe) packet).packetIdentifier());
            case PUBACK ->
                Rule.check(--unansweredQos1[((PubAck) packet).packetIdentifier()] >= 0, packet + " answers nothing");
            case PUBREC ->
                Rule.check(unansweredQos2.get(((PubRec) packet).packetIdentifier()), packet + " answers nothing");
            case PUBCOMP ->
                Rule.check(unansweredReleases.get(((PubComp) packet).packetIdentifier()), packet + " answers nothing");
            case DISCONNECT -> {
                disconnectSent = true;
                ReasonCode code = ((Disconnect) packet).reasonCode();
                Rule.check(GOODBYES.contains(code), "The client ends a connection with " + code);
            }
            case PUBREL, PINGREQ, AUTH -> {}
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> throw new AssertionError("A client sends " + packet);
        }
    }

    /** A strict server understands each packet, and it is not larger than the server allows. */
    private void checkBytes(ControlPacket packet) {
        WireBuffer out = new WireBuffer();
        encoder.encode(packet, out);
        try {
            server.decode(out.asByteBuffer(), read -> Rule.equal(packet, read, "What the server reads"));
        } catch (PeerViolation violation) {
            throw new AssertionError("The client sends " + packet + ": " + violation.description(), violation);
        }
        if (accepted) {
            Rule.check(
                    out.size() <= limits.maximumPacketSizeBytes(),
                    packet + " has " + out.size() + " bytes, allowed are " + limits.maximumPacketSizeBytes()
                            + " [MQTT-3.2.2-15]");
        }
    }

    private void checkPublish(Publish packet) {
        QoS qos = packet.message().qos();
        Rule.check(qos.level() <= limits.maximumQos().level(), packet + " has more QoS than allowed [MQTT-3.2.2-11]");
        Rule.check(!packet.message().retain() || limits.retainAvailable(), packet + " is retained [MQTT-3.2.2-14]");
        if (qos == QoS.AT_MOST_ONCE) {
            return;
        }
        int identifier = packet.packetIdentifier();
        Rule.check(
                !requests.get(identifier) && (packet.duplicate() || !messages.get(identifier)),
                packet + " has a Packet Identifier that is in use [MQTT-2.2.1-3]");
        Rule.check(!underWay.get(identifier), packet + " is sent twice on one connection [MQTT-4.4.0-1]");
        messages.set(identifier);
        underWay.set(identifier);
        if (version == ProtocolVersion.MQTT_5) {
            Rule.check(
                    underWay.cardinality() <= limits.receiveMaximum(),
                    underWay.cardinality() + " messages are under way, the server takes " + limits.receiveMaximum()
                            + " [MQTT-3.3.4-7]");
        }
    }

    private void checkRequest(int identifier) {
        Rule.check(
                !requests.get(identifier) && !messages.get(identifier),
                "A request has a Packet Identifier that is in use: " + identifier + " [MQTT-2.2.1-3]");
        requests.set(identifier);
    }

    // --- to the client

    void received(ControlPacket packet) {
        if (ended) {
            return;
        }
        switch (packet.type()) {
            case CONNACK -> received((ConnAck) packet);
            case PUBLISH -> received((Publish) packet);
            case PUBREL -> unansweredReleases.set(((PubRel) packet).packetIdentifier());
            case PUBACK -> free(((PubAck) packet).packetIdentifier());
            case PUBREC -> {
                if (((PubRec) packet).reasonCode().isError()) {
                    free(((PubRec) packet).packetIdentifier());
                }
            }
            case PUBCOMP -> free(((PubComp) packet).packetIdentifier());
            case SUBACK -> requests.clear(((SubAck) packet).packetIdentifier());
            case UNSUBACK -> requests.clear(((UnsubAck) packet).packetIdentifier());
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, PINGRESP, DISCONNECT, AUTH -> {}
        }
    }

    private void received(ConnAck packet) {
        if (accepted || !connectSent || packet.reasonCode() != ReasonCode.SUCCESS) {
            return;
        }
        accepted = true;
        limits = packet.properties().limits();
        if (version == ProtocolVersion.MQTT_3_1 ? cleanStart : !packet.sessionPresent()) {
            messages.clear();
        }
    }

    private void received(Publish packet) {
        switch (packet.message().qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> unansweredQos1[packet.packetIdentifier()]++;
            case EXACTLY_ONCE -> unansweredQos2.set(packet.packetIdentifier());
        }
    }

    private void free(int identifier) {
        messages.clear(identifier);
        underWay.clear(identifier);
    }
}
