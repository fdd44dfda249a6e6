package dev.aldis.mqtt.api;

/**
 * What a client has done and is doing. A snapshot: each number is right on its own, at the latest known to the calling
 * thread; two of them need not be of the same instant. Counters begin with the client and only grow.
 *
 * @param connections attempts and connections
 * @param sent what went to the server
 * @param received what came from the server
 * @param publications what became of published messages, and how many are under way
 * @param deliveries what became of received messages
 * @param acknowledgementLatency from the first PUBLISH packet of a QoS 1 or 2 message to its completion
 */
public record ClientStatistics(
        Connections connections,
        Traffic sent,
        Traffic received,
        Publications publications,
        Deliveries deliveries,
        LatencyStatistics acknowledgementLatency) {

    /**
     * Attempts and connections.
     *
     * @param attempts attempts to connect
     * @param accepted connections that a server accepted
     * @param reconnects those of them that followed a lost one without being asked for again
     * @param lost connections that ended, and attempts that failed, without being asked to
     */
    public record Connections(long attempts, long accepted, long reconnects, long lost) {}

    /**
     * What went in one direction.
     *
     * @param packets Control Packets
     * @param bytes bytes of these packets, before TLS and the like
     * @param messages PUBLISH packets, repeated ones included
     */
    public record Traffic(long packets, long bytes, long messages) {}

    /**
     * Published messages.
     *
     * @param completed how many were completed; for QoS 0, handed to the transport
     * @param rejected how many of these the server answered with an error
     * @param failed how many ended without completion: refused, cancelled, expired, dropped or unknown
     * @param queuedMessages how many wait to be sent
     * @param queuedBytes how many bytes of payload those have that wait or are in flight
     * @param inFlight how many QoS 1 and 2 messages are between PUBLISH and the last acknowledgement
     */
    public record Publications(
            long completed, long rejected, long failed, long queuedMessages, long queuedBytes, long inFlight) {}

    /**
     * Received messages.
     *
     * @param handedOver how many were handed over to be handled
     * @param handled how many the handlers are done with, those that were dropped included
     * @param waiting how many are between the two
     */
    public record Deliveries(long handedOver, long handled, long waiting) {}
}
