package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import java.util.Objects;

/**
 * What the message in a record is about.
 *
 * @param topic of the message
 * @param qos of the message
 */
public record RecordLabel(TopicName topic, QoS qos) {

    /** Checks that nothing is null. */
    public RecordLabel {
        Objects.requireNonNull(topic);
        Objects.requireNonNull(qos);
    }
}
