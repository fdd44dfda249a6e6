package dev.aldis.mqtt.protocol.engine;

/** The kinds of record, as the store and its tools see them. The numbers are part of the record format. */
public enum RecordKind {
    /** What belongs to the session as a whole. */
    META(1),
    /** A message to the server, queued or in flight. */
    OUTBOUND(2),
    /** A QoS 2 message to the server after PUBREC. */
    RELEASED(3),
    /** The Packet Identifier of a message that was queued before it was sent. */
    IDENTIFIER(4),
    /** A QoS 2 message from the server that the application has not accepted. */
    INBOUND(5),
    /** A QoS 2 message from the server that was accepted and waits for PUBREL. */
    ACCEPTED(6),
    /** A checkpoint. */
    CHECKPOINT(7),
    /** A QoS 2 message from the server that was refused, while the server does not know it yet. */
    REFUSED(8);

    private final int number;

    RecordKind(int number) {
        this.number = number;
    }

    /** The number in the store. */
    public int number() {
        return number;
    }
}
