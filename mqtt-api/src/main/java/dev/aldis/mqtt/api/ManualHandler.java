package dev.aldis.mqtt.api;

/**
 * Takes received messages and acknowledges them itself, now or later, here or on another thread. To be implemented by the
 * application; {@link MessageHandler#manual} makes a lambda one. Where several handlers get the same message, it is
 * acknowledged when the last of them has accepted it, and refused if one of them refuses.
 */
@FunctionalInterface
public interface ManualHandler extends MessageHandler {

    /**
     * Takes one message. That this method returns says nothing: {@link Delivery#acknowledge()} does.
     *
     * @param delivery the message
     * @throws Exception if the message could not be taken; what happens then is said by {@link HandlerFailurePolicy}, unless
     *     the message has been decided
     */
    void take(Delivery delivery) throws Exception;

    /** For the client, which calls {@link #take} instead. */
    @Override
    default void handle(ReceivedMessage message) throws Exception {
        take((Delivery) message);
    }
}
