package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProtocolViolationException;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/** When a connection is opened, closed, given up and made again: the phases of {@link ConnectionPhase}. */
final class Lifecycle {

    /** The transport has the same time limit, and can say where the time went. */
    private static final long TRANSPORT_GRACE_NANOS = 1_000_000_000;

    private final EngineSettings settings;
    private final Notices notices;
    private final AttemptPlan plan;

    private ConnectionPhase phase = ConnectionPhase.IDLE;
    private boolean wanted;

    /** The application asked to connect while the last connection was closing. */
    private boolean openWhenClosed;

    private int connections;
    private long attemptDeadlineNanos;

    /** The version of the present attempt. */
    private ProtocolVersion version;

    /** Whether the present connection was accepted, and when. */
    private boolean accepted;

    private long connectedAtNanos;
    private long retryAtNanos;

    /** Why the connection is being closed, if this side decided it. */
    private @Nullable MqttException closeCause;

    Lifecycle(EngineSettings settings, Notices notices) {
        this.settings = settings;
        this.notices = notices;
        this.version = settings.attempts().versions().get(0);
        this.plan = new AttemptPlan(settings.attempts(), settings.seed());
    }

    ConnectionPhase phase() {
        return phase;
    }

    /** Whether a transport is there, or asked for. */
    boolean hasTransport() {
        return phase != ConnectionPhase.IDLE && phase != ConnectionPhase.BACKING_OFF;
    }

    /** Whether the transport is connected and not being closed. */
    boolean isAlive() {
        return phase == ConnectionPhase.AWAITING_CONNACK || phase == ConnectionPhase.OPEN;
    }

    /** The number of the present connection, or of the last one. */
    int connectionNumber() {
        return connections;
    }

    void connect(long nowNanos) {
        if (wanted) {
            return;
        }
        wanted = true;
        plan.reset();
        if (phase == ConnectionPhase.IDLE) {
            open(nowNanos);
        } else {
            openWhenClosed = true;
        }
    }

    private void open(long nowNanos) {
        phase = ConnectionPhase.OPENING;
        closeCause = null;
        connections++;
        attemptDeadlineNanos = nowNanos + settings.connectTimeout().toNanos();
        Attempt attempt = plan.begin();
        version = attempt.version();
        notices.add(output -> output.openConnection(attempt));
    }

    void handleTransportOpen() {
        if (phase == ConnectionPhase.OPENING) {
            phase = ConnectionPhase.AWAITING_CONNACK;
        }
    }

    void handleAccepted(long nowNanos) {
        phase = ConnectionPhase.OPEN;
        plan.handleAccepted();
        accepted = true;
        connectedAtNanos = nowNanos;
    }

    /** The server refers to another one, in a CONNACK or DISCONNECT that ends the connection. */
    void handleReference(@Nullable String reference) {
        plan.handleReference(reference);
    }

    /** The application does not want a connection any more. True if one has to be ended first. */
    boolean disconnect() {
        wanted = false;
        openWhenClosed = false;
        if (phase == ConnectionPhase.BACKING_OFF) {
            phase = ConnectionPhase.IDLE;
            notices.add(output -> output.stopped(asked()));
        }
        return hasTransport() && phase != ConnectionPhase.CLOSING;
    }

    private static MqttException asked() {
        return new ClientClosedException("disconnect() was called", (Throwable) null);
    }

    /** Begins to close for a reason of this side. */
    void close(MqttException cause) {
        if (!hasTransport()) {
            return;
        }
        if (phase != ConnectionPhase.CLOSING) {
            phase = ConnectionPhase.CLOSING;
            closeCause = cause;
        }
        notices.add(EngineOutput::closeConnection);
    }

    /** Ends the present connection because the application asked for it. */
    void closeAsAsked() {
        close(asked());
    }

    static MqttException violation(PeerViolation violation) {
        return new ProtocolViolationException(
                "The server broke the protocol: " + violation.description(), violation.reasonCode());
    }

    /** The transport has ended; tells why. */
    MqttException handleTransportClosed(@Nullable Throwable cause, long nowNanos) {
        MqttException reason = reason(cause);
        long connectedNanos = accepted ? nowNanos - connectedAtNanos : -1;
        accepted = false;
        phase = ConnectionPhase.IDLE;
        closeCause = null;
        if (!wanted) {
            notices.add(output -> output.stopped(reason));
            return reason;
        }
        notices.add(output -> output.connectionLost(reason));
        if (openWhenClosed) {
            openWhenClosed = false;
            open(nowNanos);
            return reason;
        }
        switch (plan.handleEnd(reason, connectedNanos)) {
            case AT_ONCE -> {
                notices.add(output -> output.reconnecting(0));
                open(nowNanos);
            }
            case LATER -> {
                long delay = plan.nextDelayNanos();
                retryAtNanos = nowNanos + delay;
                phase = ConnectionPhase.BACKING_OFF;
                notices.add(output -> output.reconnecting(delay));
            }
            case NEVER -> {
                wanted = false;
                notices.add(output -> output.stopped(reason));
            }
        }
        return reason;
    }

    private MqttException reason(@Nullable Throwable cause) {
        if (closeCause != null) {
            return closeCause;
        }
        if (cause == null) {
            return new ConnectionException(
                    phase == ConnectionPhase.AWAITING_CONNACK
                            ? "The server closed the connection without answering CONNECT: is it an MQTT server that"
                                    + " speaks " + version + "?"
                            : "The server closed the connection without saying why",
                    (Throwable) null);
        }
        return cause instanceof MqttException known
                ? known
                : new ConnectionException("The connection failed: " + describe(cause), cause);
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }

    void handleTime(long nowNanos) {
        if (phase == ConnectionPhase.BACKING_OFF && nowNanos - retryAtNanos >= 0) {
            open(nowNanos);
        } else if ((phase == ConnectionPhase.OPENING || phase == ConnectionPhase.AWAITING_CONNACK)
                && nowNanos - deadlineNanos() >= 0) {
            String what = phase == ConnectionPhase.OPENING ? "no connection" : "no CONNACK";
            close(new ConnectionException(
                    "There was " + what + " within " + settings.connectTimeout()
                            + ": check that an MQTT server listens there, or raise connectTimeout",
                    (Throwable) null));
        }
    }

    long deadlineNanos() {
        return switch (phase) {
            case BACKING_OFF -> retryAtNanos;
            case OPENING -> attemptDeadlineNanos + TRANSPORT_GRACE_NANOS;
            case AWAITING_CONNACK -> attemptDeadlineNanos;
            default -> KeepAlive.NEVER;
        };
    }
}
