package dev.aldis.mqtt.protocol.engine;

/**
 * The states of one message to the server.
 *
 * <pre>
 * QUEUED ── sent with an identifier ──▶ IN_FLIGHT ── PUBREC (QoS 2) ──▶ RELEASED ── PUBCOMP ──▶ DONE
 *    ▲                                     │  │
 *    └──── session lost, republished ──────┘  └── PUBACK, refusing PUBREC, session lost and failed ──▶ DONE
 * QUEUED ── sent (QoS 0), refused, cancelled ──▶ DONE
 * </pre>
 */
public enum OutboundPhase {
    /** Waits to be sent; has no Packet Identifier. */
    QUEUED,
    /** Has a Packet Identifier; PUBLISH is sent, or is about to be. */
    IN_FLIGHT,
    /** QoS 2 after PUBREC: only the identifier is left. */
    RELEASED,
    /** Over. */
    DONE
}
