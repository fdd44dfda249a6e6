package dev.aldis.mqtt.protocol.packet;

/** A Control Packet, as a value. */
public sealed interface ControlPacket
        permits Connect,
                ConnAck,
                Publish,
                PubAck,
                PubRec,
                PubRel,
                PubComp,
                Subscribe,
                SubAck,
                Unsubscribe,
                UnsubAck,
                PingReq,
                PingResp,
                Disconnect,
                Auth {

    /** The type, by which packets are dispatched. */
    PacketType type();
}
