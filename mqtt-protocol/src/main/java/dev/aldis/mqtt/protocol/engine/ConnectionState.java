package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What ends with the Network Connection. */
final class ConnectionState {

    /** Two bytes of header and the Packet Identifier: what every acknowledgement takes. */
    static final int SHORTEST_ACKNOWLEDGEMENT_BYTES = 4;

    /** Counts the connections of this run from 1; work for an earlier one is not done on this one. */
    final int number;

    final ProtocolVersion version;
    final ServerLimits limits;
    final KeepAlive keepAlive;

    /** How many more QoS 1 and 2 PUBLISH packets may be sent (section 4.9). */
    int sendQuota;

    /** The next message to resend; null when everything has been resent and new messages may follow. */
    @Nullable
    OutboundMessage resendNext;

    /** QoS 1 messages in the order of their arrival, which is the order of their PUBACKs [MQTT-4.6.0-2]. */
    final Deque<InboundMessage> unacknowledged = new ArrayDeque<>();

    /** QoS 2 messages whose PUBREC waits for the application, in the order of their arrival [MQTT-4.6.0-3]. */
    final Deque<InboundMessage> unreceived = new ArrayDeque<>();

    /** How many PUBLISH packets of QoS 1 and 2 the server has under way on this connection. */
    int receiving;

    ConnectionState(int number, ProtocolVersion version, ServerLimits limits, KeepAlive keepAlive) {
        this.number = number;
        this.version = version;
        this.limits = limits;
        this.keepAlive = keepAlive;
        this.sendQuota = limits.receiveMaximum();
    }

    /** Whether the server takes an acknowledgement that says more than success; a Reason Code is one byte more. */
    boolean takesReasonCodes() {
        return version == ProtocolVersion.MQTT_5
                && limits.maximumPacketSizeBytes() > SHORTEST_ACKNOWLEDGEMENT_BYTES; // [MQTT-3.2.2-15]
    }

    /** What is answered about a Packet Identifier that is not in use. */
    ReasonCode notFound() {
        return takesReasonCodes() ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
    }

    /** Keeps the place where resending goes on when a message before it leaves. */
    void passOver(OutboundMessage message) {
        if (resendNext == message) {
            resendNext = message.next;
        }
    }

    void takeQuota(OutboundMessage message) {
        sendQuota--;
        message.quotaConnection = number;
    }

    /**
     * Gives the place of a message back, once. A PUBCOMP for a resent PUBREL answers no PUBLISH of this connection and so
     * gives nothing back: the standard would allow it below the Receive Maximum, but then more PUBLISH packets than that
     * could be under way on this connection, which the server may punish.
     */
    void returnQuota(OutboundMessage message) {
        if (message.quotaConnection == number) {
            message.quotaConnection = 0;
            sendQuota++;
        }
    }
}
