package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import org.jspecify.annotations.Nullable;

/** Is shown the messages that are not complete, in the order in which they were accepted. */
public interface PendingVisitor {

    /**
     * The next message.
     *
     * @return whether it is to be held in memory from now on, since something was attached to it
     */
    boolean visit(OutboundMessage message);

    /** There are no more, or they cannot be read. */
    void end(@Nullable MqttException cause);
}
