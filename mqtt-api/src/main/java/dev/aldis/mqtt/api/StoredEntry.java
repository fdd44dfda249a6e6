package dev.aldis.mqtt.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@link StoreInspection} tells of one record.
 *
 * @param key its key in the store; records of one kind are in the order in which they were made
 * @param kind what it is
 * @param state where what it stands for has come to
 * @param sizeBytes the length of the record
 * @param time when its message was accepted from the application, or received; empty if it has no time
 * @param topic of its message; empty if it has none
 * @param qos of its message; empty if it has none
 * @param packetIdentifier under which it is in flight; empty if it is not
 * @param name the application key of a message, or the name of a checkpoint; empty if there is none
 * @param content the payload of a message, or the value of a checkpoint; empty if there is none
 */
public record StoredEntry(
        long key,
        Kind kind,
        State state,
        int sizeBytes,
        Optional<Instant> time,
        Optional<TopicName> topic,
        Optional<QoS> qos,
        OptionalInt packetIdentifier,
        Optional<String> name,
        Optional<Payload> content) {

    /** What a record is. */
    public enum Kind {
        /** What is known of the session with the server. */
        SESSION,
        /** A message to the server. */
        OUTBOUND,
        /** The Packet Identifier of a message to the server, which is in a record of its own. */
        IDENTIFIER,
        /** A message from the server. */
        INBOUND,
        /** The last value of a checkpoint. */
        CHECKPOINT,
        /** Something that this version of the library does not know. */
        UNKNOWN
    }

    /** Where a message, or what else a record stands for, has come to. */
    public enum State {
        /** To the server: accepted, not sent yet. */
        QUEUED,
        /** To the server: sent, or about to be, and not acknowledged. */
        IN_FLIGHT,
        /** To the server: QoS 2, taken by the server; PUBREL and PUBCOMP are outstanding. */
        RELEASED,
        /** To the server: given up; only its Packet Identifier has to be brought to an end. */
        ABANDONED,
        /** From the server: received, and not accepted by the application. */
        RECEIVED,
        /** From the server: accepted by the application; the end of the handshake is outstanding. */
        ACCEPTED,
        /** From the server: refused by the application; the server does not know it yet. */
        REFUSED,
        /** No message: it is what it is until it is replaced. */
        CURRENT,
        /** It cannot be read: damaged, encrypted with another key, or written by a newer version. */
        UNREADABLE
    }

    /** Checks that nothing is null. */
    public StoredEntry {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(state);
        Objects.requireNonNull(time);
        Objects.requireNonNull(topic);
        Objects.requireNonNull(qos);
        Objects.requireNonNull(packetIdentifier);
        Objects.requireNonNull(name);
        Objects.requireNonNull(content);
    }

    /** Everything but the content, so that a payload does not slip into a log. */
    @Override
    public String toString() {
        return "StoredEntry[key=" + key + ", kind=" + kind + ", state=" + state + ", sizeBytes=" + sizeBytes + ", time="
                + time + ", topic=" + topic + ", qos=" + qos + ", packetIdentifier=" + packetIdentifier + ", name="
                + name
                + "]";
    }
}
