package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.ReasonCode;

/** The peer broke a rule. Thrown by codec and engine, turned into DISCONNECT and close in one place. Without a stack. */
public final class PeerViolation extends Exception {

    private static final long serialVersionUID = 1L;

    private final ReasonCode reasonCode;

    /**
     * A violation.
     *
     * @param reasonCode what DISCONNECT says, with MQTT 5.0
     * @param message what was wrong, with the clause that forbids it in brackets
     */
    public PeerViolation(ReasonCode reasonCode, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
    }

    /** What DISCONNECT says. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /** The message; a violation always has one. */
    public String description() {
        return String.valueOf(getMessage());
    }
}
