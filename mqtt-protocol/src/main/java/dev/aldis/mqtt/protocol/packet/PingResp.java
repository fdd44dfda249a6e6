package dev.aldis.mqtt.protocol.packet;

/** PINGRESP (section 3.13). */
public record PingResp() implements ControlPacket {

    /** The only value there is. */
    public static final PingResp INSTANCE = new PingResp();

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
