package dev.aldis.mqtt.api;

/**
 * Sees every Control Packet of a client. To be implemented by the application; {@link #toLog()} is one that is ready.
 */
@FunctionalInterface
public interface PacketTrace {

    /** The name of the logger that {@link #toLog()} writes to. */
    String LOGGER_NAME = "dev.aldis.mqtt.packets";

    /**
     * A packet is about to be sent, or has been received and read. Called on the event loop in the order of the packets, so
     * it must not block; an exception is logged and goes nowhere else.
     *
     * @param packet the packet, without anything secret
     */
    void on(TracedPacket packet);

    /**
     * Whether the packets show payloads, that of a Will Message included. Asked once for each client.
     *
     * @return false unless overridden
     */
    default boolean showsPayloads() {
        return false;
    }

    /**
     * A trace that writes to the {@link System.Logger} named {@value #LOGGER_NAME}, at level DEBUG.
     *
     * @return the trace
     */
    static PacketTrace toLog() {
        System.Logger logger = System.getLogger(LOGGER_NAME);
        return packet -> logger.log(System.Logger.Level.DEBUG, packet);
    }
}
