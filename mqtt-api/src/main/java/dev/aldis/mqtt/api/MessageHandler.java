package dev.aldis.mqtt.api;

/**
 * Takes received messages, one after the other unless {@link Dispatch} says otherwise. To be implemented by the application.
 */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Takes one message. When this method returns, the message is accepted: only then QoS 1 is acknowledged, and a QoS 2
     * message is removed from the store. It may block; it runs on the executor for handlers, never on an event loop
     * unless the builder was told so.
     *
     * @param message the message
     * @throws Exception if the message could not be taken; what happens then is said by {@link HandlerFailurePolicy}
     */
    void handle(ReceivedMessage message) throws Exception;

    /**
     * A handler that acknowledges messages itself.
     *
     * @param handler takes the messages
     * @return the same handler; this method only tells a lambda its type
     */
    static MessageHandler manual(ManualHandler handler) {
        return handler;
    }
}
