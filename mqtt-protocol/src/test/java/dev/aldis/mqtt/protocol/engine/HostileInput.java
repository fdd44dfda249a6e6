package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** What a server sends that breaks the rules, or at least makes no sense. */
final class HostileInput {

    private final ProtocolVersion version;
    private final SplittableRandom random;

    HostileInput(ProtocolVersion version, SplittableRandom random) {
        this.version = version;
        this.random = random;
    }

    /** Puts something into the link, or takes something out of it. */
    void apply(SimulatedWorld world) {
        world.loseHonesty();
        SimulatedLink.Way way = world.network().toClient();
        int kind = random.nextInt(20);
        if (kind == 0) {
            Trace.line("The server lies about the session");
            world.choices().lieAboutSession();
        } else if (kind == 1) {
            Trace.line("What the server sent is lost: " + way.dropUnbegun());
        } else if (kind == 2) {
            Trace.line("The server sends no MQTT");
            byte[] garbage = new byte[1 + random.nextInt(12)];
            random.nextBytes(garbage);
            way.write(ByteBuffer.wrap(garbage));
        } else {
            way.write(packet());
        }
    }

    private ControlPacket packet() {
        int identifier = 1 + random.nextInt(8);
        return switch (random.nextInt(14)) {
            case 0 -> new PubAck(identifier, code(ReasonCode.QUOTA_EXCEEDED), Diagnostics.NONE);
            case 1, 2 -> new PubRec(identifier, code(ReasonCode.NOT_AUTHORIZED), Diagnostics.NONE);
            case 3, 4 -> new PubRel(identifier, code(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND), Diagnostics.NONE);
            case 5 -> new PubComp(identifier, code(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND), Diagnostics.NONE);
            case 6 -> new SubAck(identifier, codes(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE);
            case 7 ->
                new UnsubAck(
                        identifier,
                        version == ProtocolVersion.MQTT_5 ? codes(ReasonCode.SUCCESS) : List.of(),
                        Diagnostics.NONE);
            case 8 -> new ConnAck(random.nextBoolean(), ReasonCode.SUCCESS, ConnAckProperties.NONE);
            case 9 -> random.nextBoolean() ? PingResp.INSTANCE : PingReq.INSTANCE;
            case 10 -> Disconnect.of(code(ReasonCode.PROTOCOL_ERROR));
            default -> publish(identifier);
        };
    }

    private ControlPacket publish(int identifier) {
        QoS qos = QoS.of(random.nextInt(3));
        Message message = Message.of("to/client", qos, "hostile-" + random.nextInt(20));
        boolean marked = qos != QoS.AT_MOST_ONCE;
        return new Publish(message, marked ? identifier : 0, marked && random.nextBoolean(), 0, List.of());
    }

    private List<ReasonCode> codes(ReasonCode code) {
        return Collections.nCopies(1 + random.nextInt(2), code);
    }

    private ReasonCode code(ReasonCode error) {
        return version == ProtocolVersion.MQTT_5 && random.nextInt(4) == 0 ? error : ReasonCode.SUCCESS;
    }
}
