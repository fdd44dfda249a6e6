package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import org.jspecify.annotations.Nullable;

/** Something for the event loop to do. A command is its own node in the {@link CommandQueue}. */
abstract class Command implements QueueNode {

    private @Nullable QueueNode next;

    /** A command that is dropped without a word when the client is closed first. */
    static Command of(Runnable action) {
        return new Command() {
            @Override
            public void run() {
                action.run();
            }
        };
    }

    @Override
    public final @Nullable QueueNode nextNode() {
        return next;
    }

    @Override
    public final void nextNode(@Nullable QueueNode node) {
        next = node;
    }

    /** Does it, on the event loop. */
    @Override
    public abstract void run();

    /** The client has been closed and the command will not run. Any thread. */
    @Override
    public void abort(MqttException cause) {}
}
