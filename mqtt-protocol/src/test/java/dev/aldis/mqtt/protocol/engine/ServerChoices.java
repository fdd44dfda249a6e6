package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import java.util.function.IntUnaryOperator;

/** What a simulated server decides where the standard leaves it the choice, and whether it keeps to the standard at all. */
final class ServerChoices {

    private final boolean mqtt5;
    private final int receiveMaximum;
    private IntUnaryOperator mood = bound -> 0;
    private boolean honest = true;
    private boolean alwaysHonest = true;
    private boolean sessionPresentIsALie;
    private boolean refusesConnect;
    private int grantedReceiveMaximum;
    private boolean limitsWereStrict;

    ServerChoices(ProtocolVersion version, int receiveMaximum) {
        this.mqtt5 = version == ProtocolVersion.MQTT_5;
        this.receiveMaximum = receiveMaximum;
    }

    /** Draws a number below a bound for each decision; 0 is what is kind to the client. */
    void decideBy(IntUnaryOperator choice) {
        mood = choice;
    }

    /** From now on it does not complain: what it or somebody else has sent gives the client no chance to be right. */
    void loseHonesty() {
        honest = false;
        alwaysHonest = false;
    }

    /** From now on it follows the standard again. */
    void reform() {
        honest = true;
        sessionPresentIsALie = false;
        refusesConnect = false;
    }

    boolean isHonest() {
        return honest;
    }

    /** Whether nothing that the client has was sent by one that broke the rules. */
    boolean wasAlwaysHonest() {
        return alwaysHonest;
    }

    void complain(String what) {
        if (honest) {
            throw new AssertionError("The client broke the protocol: " + what);
        }
    }

    /** The next CONNACK says the opposite about the session. */
    void lieAboutSession() {
        sessionPresentIsALie = true;
    }

    /** The next CONNECT is refused. */
    void refuseConnect() {
        refusesConnect = true;
    }

    boolean takeRefusal() {
        boolean refuses = refusesConnect;
        refusesConnect = false;
        return refuses;
    }

    ConnAck refusal() {
        return connAck(false, ReasonCode.SERVER_UNAVAILABLE, ServerLimits.NONE);
    }

    ConnAck acceptance(boolean sessionPresent) {
        boolean told = sessionPresent != sessionPresentIsALie;
        sessionPresentIsALie = false;
        boolean strict = mqtt5 && mood.applyAsInt(24) == 1;
        limitsWereStrict |= strict;
        grantedReceiveMaximum = mqtt5 ? Math.max(1, receiveMaximum - mood.applyAsInt(3)) : 65_535;
        QoS maximumQos = strict ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE;
        long anySize = ServerLimits.NONE.maximumPacketSizeBytes();
        return connAck(
                told,
                ReasonCode.SUCCESS,
                new ServerLimits(grantedReceiveMaximum, anySize, 0, maximumQos, true, true, true, true));
    }

    private static ConnAck connAck(boolean sessionPresent, ReasonCode code, ServerLimits limits) {
        return new ConnAck(
                sessionPresent, code, new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE));
    }

    /** The Receive Maximum that the present connection was granted. */
    int receiveMaximum() {
        return grantedReceiveMaximum;
    }

    /** Whether it ever took less than QoS 2. */
    boolean limitsWereStrict() {
        return limitsWereStrict;
    }

    ReasonCode verdictOnPublish() {
        int choice = mqtt5 ? mood.applyAsInt(12) : 0;
        if (choice == 1) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        return choice == 2 ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
    }

    ReasonCode verdictOnSubscribe() {
        return mood.applyAsInt(4) == 1 ? ReasonCode.UNSPECIFIED_ERROR : ReasonCode.GRANTED_QOS_2;
    }
}
