package dev.aldis.mqtt.protocol.codec;

/** The range of Packet Identifiers (section 2.2.1). */
final class PacketIdentifiers {

    private PacketIdentifiers() {}

    /** An identifier that may be sent, or an error. */
    static int check(int identifier) {
        if (identifier < 1 || identifier > 65_535) {
            throw new IllegalArgumentException(
                    "Packet Identifier " + identifier + " is out of range: use 1 to 65535 [MQTT-2.2.1-3]");
        }
        return identifier;
    }
}
