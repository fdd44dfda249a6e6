package dev.aldis.mqtt.protocol.codec;

/** The two ends of a connection. */
public enum Role {
    CLIENT,
    SERVER;

    /** The other end. */
    Role peer() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
