package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import java.util.List;

/** Packets of a server. */
final class ServerPackets extends PacketMaker {

    private static final int COMMON = 8;

    ServerPackets(Input in, ProtocolVersion version) {
        super(in, version);
    }

    ControlPacket next() {
        int kind = in.below(COMMON + 4);
        return switch (kind - COMMON) {
            case 0 -> connAck();
            case 1 -> new SubAck(identifier(), in.list(0, 3, this::code), diagnostics());
            case 2 -> new UnsubAck(identifier(), mqtt5 ? in.list(0, 3, this::code) : List.of(), diagnostics());
            case 3 -> PingResp.INSTANCE;
            default -> common(kind);
        };
    }

    /** An answer to CONNECT, mostly one that accepts. */
    ConnAck connAck() {
        ReasonCode code = in.chance(8) ? code() : ReasonCode.SUCCESS;
        return new ConnAck(in.chance(2), code, mqtt5 && in.chance(2) ? properties() : ConnAckProperties.NONE);
    }

    private ConnAckProperties properties() {
        return new ConnAckProperties(
                in.chance(3) ? in.nextUnsignedInt() : -1,
                in.chance(3) ? in.nextShort() : -1,
                in.chance(3) ? in.text(6) : null,
                in.chance(2) ? limits() : ServerLimits.NONE,
                in.chance(4) ? in.text(6) : null,
                in.chance(4) ? in.text(6) : null,
                in.chance(6) ? authentication() : null,
                diagnostics());
    }

    private ServerLimits limits() {
        return new ServerLimits(
                in.chance(2) ? in.below(4) : in.nextShort(),
                in.chance(3) ? in.below(64) : 0xFFFF_FFFFL,
                in.below(4),
                QoS.of(in.below(3)),
                in.chance(2),
                in.chance(2),
                in.chance(2),
                in.chance(2));
    }
}
