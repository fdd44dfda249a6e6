package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ProtocolVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder has to know of its connection.
 *
 * @param role which end we are, and so which packets may arrive
 * @param version of the connection; null for a server that has not read CONNECT yet
 * @param maximumPacketSizeBytes the largest packet taken, with its fixed header; 1 to 268,435,460
 * @param topicAliasMaximum how many Topic Aliases the peer may set, 0 to 65,535
 * @param requestProblemInformation what our CONNECT said; a server has true here
 */
public record DecoderOptions(
        Role role,
        @Nullable ProtocolVersion version,
        int maximumPacketSizeBytes,
        int topicAliasMaximum,
        boolean requestProblemInformation) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range or a client has no version
     */
    public DecoderOptions {
        Objects.requireNonNull(role);
        if (role == Role.CLIENT && version == null) {
            throw new IllegalArgumentException("A client knows the version of its connection: name it");
        }
        if (maximumPacketSizeBytes < 1 || maximumPacketSizeBytes > ClientLimits.LARGEST_PACKET_BYTES) {
            throw new IllegalArgumentException("Maximum Packet Size " + maximumPacketSizeBytes
                    + " is out of range: use 1 to " + ClientLimits.LARGEST_PACKET_BYTES);
        }
        if (topicAliasMaximum < 0 || topicAliasMaximum > 65_535) {
            throw new IllegalArgumentException(
                    "Topic Alias Maximum " + topicAliasMaximum + " is out of range: use 0 to 65535");
        }
    }

    /** The options of a client that sets no limits of its own. */
    public static DecoderOptions client(ProtocolVersion version) {
        return new DecoderOptions(Role.CLIENT, version, ClientLimits.LARGEST_PACKET_BYTES, 0, true);
    }

    /** The options of a server that sets no limits and learns the version from CONNECT. */
    public static DecoderOptions server() {
        return new DecoderOptions(Role.SERVER, null, ClientLimits.LARGEST_PACKET_BYTES, 0, true);
    }

    /** These options with another Maximum Packet Size, 1 to 268,435,460 bytes. */
    public DecoderOptions withMaximumPacketSizeBytes(int value) {
        return new DecoderOptions(role, version, value, topicAliasMaximum, requestProblemInformation);
    }

    /** These options with another Topic Alias Maximum, 0 to 65,535. */
    public DecoderOptions withTopicAliasMaximum(int value) {
        return new DecoderOptions(role, version, maximumPacketSizeBytes, value, requestProblemInformation);
    }

    /** These options with another Request Problem Information. */
    public DecoderOptions withRequestProblemInformation(boolean value) {
        return new DecoderOptions(role, version, maximumPacketSizeBytes, topicAliasMaximum, value);
    }

    /** These options for a connection whose version is known. */
    public DecoderOptions withVersion(ProtocolVersion value) {
        return new DecoderOptions(role, value, maximumPacketSizeBytes, topicAliasMaximum, requestProblemInformation);
    }
}
