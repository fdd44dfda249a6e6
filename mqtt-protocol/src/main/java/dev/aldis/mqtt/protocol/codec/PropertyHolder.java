package dev.aldis.mqtt.protocol.codec;

/** What has properties: the Control Packets, and the Will inside CONNECT. */
enum PropertyHolder {
    CONNECT(1, "CONNECT"),
    WILL(0, "the Will Properties of CONNECT"),
    CONNACK(2, "CONNACK"),
    PUBLISH(3, "PUBLISH"),
    PUBACK(4, "PUBACK"),
    PUBREC(5, "PUBREC"),
    PUBREL(6, "PUBREL"),
    PUBCOMP(7, "PUBCOMP"),
    SUBSCRIBE(8, "SUBSCRIBE"),
    SUBACK(9, "SUBACK"),
    UNSUBSCRIBE(10, "UNSUBSCRIBE"),
    UNSUBACK(11, "UNSUBACK"),
    DISCONNECT(14, "DISCONNECT"),
    AUTH(15, "AUTH");

    private final int number;
    private final String text;

    /** A holder with a number of its own: that of the packet type, and 0 for the Will, which is no packet. */
    PropertyHolder(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** Its bit in a set of holders. */
    int bit() {
        return 1 << number;
    }

    /** Whether Reason String and User Properties come even to a client that did not request problem information. */
    boolean alwaysHasProblemInformation() {
        return this == CONNECT || this == WILL || this == CONNACK || this == PUBLISH || this == DISCONNECT;
    }

    @Override
    public String toString() {
        return text;
    }
}
