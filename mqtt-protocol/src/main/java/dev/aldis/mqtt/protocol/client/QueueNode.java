package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import org.jspecify.annotations.Nullable;

/** What a {@link CommandQueue} holds: a command that is linked through itself, so that queueing allocates nothing. */
interface QueueNode {

    @Nullable
    QueueNode nextNode();

    void nextNode(@Nullable QueueNode node);

    /** Does it, on the event loop. */
    void run();

    /** The client has been closed and the command will not run. Any thread. */
    void abort(MqttException cause);
}
