package dev.aldis.mqtt.spi.transport;

/** An attempt to connect that is under way. */
@FunctionalInterface
public interface TransportAttempt {

    /**
     * Gives the attempt up at once, or closes the connection as {@link TransportConnection#close()} does if it has
     * succeeded meanwhile. Nothing but {@link TransportListener#closed} with null follows, after this method has returned.
     * Called on the event loop that {@code connect} was given; may be called repeatedly, and does nothing after the end.
     */
    void cancel();
}
