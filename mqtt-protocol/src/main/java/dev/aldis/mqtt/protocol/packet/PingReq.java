package dev.aldis.mqtt.protocol.packet;

/** PINGREQ (section 3.12). */
public record PingReq() implements ControlPacket {

    /** The only value there is. */
    public static final PingReq INSTANCE = new PingReq();

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
