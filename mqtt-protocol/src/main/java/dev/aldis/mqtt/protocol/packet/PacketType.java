package dev.aldis.mqtt.protocol.packet;

import org.jspecify.annotations.Nullable;

/** The packet types of section 2.1.2. */
public enum PacketType {
    CONNECT(1),
    CONNACK(2),
    PUBLISH(3),
    PUBACK(4),
    PUBREC(5),
    PUBREL(6),
    PUBCOMP(7),
    SUBSCRIBE(8),
    SUBACK(9),
    UNSUBSCRIBE(10),
    UNSUBACK(11),
    PINGREQ(12),
    PINGRESP(13),
    DISCONNECT(14),
    AUTH(15);

    private static final @Nullable PacketType[] BY_VALUE = new @Nullable PacketType[16];

    static {
        for (PacketType type : values()) {
            BY_VALUE[type.value] = type;
        }
    }

    private final int value;

    PacketType(int value) {
        this.value = value;
    }

    /** The four bits on the wire, 1 to 15. */
    public int value() {
        return value;
    }

    /** The type of four bits, or null for the reserved 0. */
    public static @Nullable PacketType of(int value) {
        return BY_VALUE[value];
    }
}
