package dev.aldis.mqtt.api;

/** Hears what happens in the life of a client. To be implemented by the application. */
@FunctionalInterface
public interface ClientListener {

    /**
     * Something happened. Called in order, on the executor for handlers; an exception is logged and goes nowhere else.
     *
     * @param event what happened
     */
    void on(ClientEvent event);
}
