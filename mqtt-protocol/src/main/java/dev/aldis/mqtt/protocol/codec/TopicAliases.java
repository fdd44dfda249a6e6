package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The Topic Aliases that the peer has set on this connection (section 3.3.2.3.4). */
final class TopicAliases {

    private final int maximum;
    private @Nullable TopicName[] topics = new @Nullable TopicName[0];

    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /**
     * Sets or looks up an alias.
     *
     * @param topic what the packet says; null if it leaves that to the alias
     * @return the topic of the packet
     */
    TopicName resolve(WireReader reader, int alias, @Nullable TopicName topic) throws PeerViolation {
        if (alias == 0 || alias > maximum) {
            throw reader.violation(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "Topic Alias " + alias + " is not from 1 to " + maximum + ", our Topic Alias Maximum",
                    alias == 0 ? "MQTT-3.3.2-8" : "MQTT-3.1.2-26");
        }
        if (topic != null) {
            if (alias >= topics.length) {
                topics = Arrays.copyOf(topics, Math.min(maximum + 1, Math.max(alias + 1, 2 * topics.length)));
            }
            topics[alias] = topic;
            return topic;
        }
        TopicName known = alias < topics.length ? topics[alias] : null;
        if (known == null) {
            throw reader.protocolError(
                    "the Topic Name is empty and Topic Alias " + alias + " was never set", "section 3.3.4");
        }
        return known;
    }
}
