package dev.aldis.mqtt.spi.transport;

/** An attempt to connect that is under way. */
@FunctionalInterface
public interface TransportAttempt {

    /**
     * Gives the attempt up, or closes the connection if it has succeeded meanwhile. The listener's {@code closed} follows.
     * Called on the event loop; may be called repeatedly.
     */
    void cancel();
}
