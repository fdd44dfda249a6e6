package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;

/** The packets of a client that carry Reason String and User Properties, which must not make them too large. */
final class Diagnosed {

    private Diagnosed() {}

    /** What a packet could shed; nothing for the packets that have no such part. */
    static Diagnostics of(ControlPacket packet) {
        return switch (packet.type()) {
            case PUBACK -> ((PubAck) packet).diagnostics();
            case PUBREC -> ((PubRec) packet).diagnostics();
            case PUBREL -> ((PubRel) packet).diagnostics();
            case PUBCOMP -> ((PubComp) packet).diagnostics();
            case DISCONNECT -> ((Disconnect) packet).diagnostics();
            case AUTH -> ((Auth) packet).diagnostics();
            case CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK -> Diagnostics.NONE;
            case UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP -> Diagnostics.NONE;
        };
    }

    /** The packet with other diagnostics. */
    static ControlPacket with(ControlPacket packet, Diagnostics diagnostics) {
        return switch (packet.type()) {
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                yield new PubAck(ack.packetIdentifier(), ack.reasonCode(), diagnostics);
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                yield new PubRec(ack.packetIdentifier(), ack.reasonCode(), diagnostics);
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                yield new PubRel(ack.packetIdentifier(), ack.reasonCode(), diagnostics);
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                yield new PubComp(ack.packetIdentifier(), ack.reasonCode(), diagnostics);
            }
            case DISCONNECT -> {
                Disconnect end = (Disconnect) packet;
                yield new Disconnect(end.reasonCode(), end.sessionExpirySeconds(), end.serverReference(), diagnostics);
            }
            case AUTH -> {
                Auth auth = (Auth) packet;
                yield new Auth(auth.reasonCode(), auth.authentication(), diagnostics);
            }
            case CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK -> packet;
            case UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP -> packet;
        };
    }
}
