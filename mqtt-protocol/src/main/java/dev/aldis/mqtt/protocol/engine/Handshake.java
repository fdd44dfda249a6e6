package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From CONNECT to the first packets of a session (sections 3.1, 3.2 and 4.4), and the question which session that is.
 *
 * <p>Theory of operation. Session Present 1 says that the server has <em>a</em> session. It is the one this client knows,
 * unless an earlier CONNECT reached the server when it had lost that session, and the answer never arrived or died with the
 * process: then the server began another session without the client knowing. So
 *
 * <ol>
 *   <li>"doubtful" is stored before CONNECT leaves, and taken back in the same change that stores what CONNACK says;
 *   <li>nothing that would give a new session any content (SUBSCRIBE; PUBLISH waits anyway) leaves before that change is
 *       durable, so a session begun unnoticed is empty;
 *   <li>Session Present 1 in doubt is taken for the known session, with care: the client subscribes again, and QoS 2
 *       messages from the server are suspect until the server's next step tells, see {@link InboundFlow};
 *   <li>a client that never had a session asks for a new one in doubt, with MQTT 5.0: an empty one is no loss, and somebody
 *       else's must not be taken over [MQTT-3.2.2-4].
 * </ol>
 *
 * <p>A store that cannot write does not keep a client from connecting: then CONNECT leaves without the record, and should the
 * process die before the store can write again, only another content tells a new message from a duplicate. Except before
 * the store has heard of any session: the next process would refuse the one that begins now, or throw it away.
 *
 * <p>What remains: in doubt, messages in flight to the server are sent again with DUP, as the standard asks for with
 * Session Present 1. If the session was lost after all, this is what {@code REPUBLISH} does, but {@code FAIL} would have
 * given them up.
 */
final class Handshake {

    private final EngineSettings settings;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final Notices notices;
    private final OutboundFlow outbound;
    private final InboundFlow inbound;
    private final SubscriptionFlow subscriptions;

    /** What waits for the last change of what is known of the session. */
    private final Deque<ControlPacket> held = new ArrayDeque<>();

    /** What the present attempt says, or the last one said. */
    private Connect connect;

    private long heldUntil;
    private String clientIdentifier;
    private boolean sessionBegun;
    private boolean cleanStartSent;

    /** Whether a CONNECT has had no answer since a server last accepted or refused one; an earlier process counts too. */
    private boolean unanswered;

    /** What was so before the present CONNECT. */
    private boolean unansweredBefore;

    private boolean doubtfulBefore;

    Handshake(
            EngineSettings settings,
            SessionState session,
            StoreGate gate,
            Journal journal,
            Notices notices,
            OutboundFlow outbound,
            InboundFlow inbound,
            SubscriptionFlow subscriptions) {
        this.settings = settings;
        this.connect = settings.connect();
        this.clientIdentifier = connect.clientIdentifier();
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.outbound = outbound;
        this.inbound = inbound;
        this.subscriptions = subscriptions;
    }

    /** Prepares CONNECT. */
    void begin(Connect attempt) {
        connect = attempt;
        if (version() == ProtocolVersion.MQTT_5) {
            cleanStartSent = (attempt.cleanStart() && !sessionBegun) || (session.doubtful && !session.established);
        } else {
            // Before MQTT 5.0 the flag also decides how long the session lasts, so it stays as it was asked for.
            cleanStartSent = attempt.cleanStart();
        }
        doubtfulBefore = session.doubtful;
        unansweredBefore = unanswered || (doubtfulBefore && !sessionBegun);
        session.doubtful = true;
        unanswered = true;
        record();
        send(new Connect(
                attempt.version(),
                clientIdentifier,
                cleanStartSent,
                attempt.keepAliveSeconds(),
                attempt.properties(),
                attempt.will(),
                attempt.credentials()));
    }

    private ProtocolVersion version() {
        return connect.version();
    }

    private void record() {
        journal.putSession();
        heldUntil = gate.lastNumber();
    }

    /** Sends a packet as soon as what is known of the session is durable. */
    void send(ControlPacket packet) {
        held.addLast(packet);
    }

    /** Whether CONNECT has left. */
    boolean isBegun() {
        return held.isEmpty();
    }

    /** Lets go what no longer waits. */
    void release(Consumer<ControlPacket> target, boolean storeFault) {
        if (gate.isDurable(heldUntil) || (storeFault && journal.isSessionDurable())) {
            for (ControlPacket packet = held.poll(); packet != null; packet = held.poll()) {
                target.accept(packet);
            }
        }
    }

    /** The connection has ended. */
    void handleClosed() {
        if (held.peekFirst() instanceof Connect) {
            resolve(); // It never left.
        }
        held.clear();
    }

    /** The server has refused the connection, so this CONNECT began no session. */
    ConnectionException refuse(ConnAck packet) {
        resolve();
        String reason = packet.properties()
                .diagnostics()
                .reasonString()
                .map(text -> " (" + text + ")")
                .orElse("");
        return new ConnectionException(
                "The server refused the connection: " + packet.reasonCode() + reason,
                packet.reasonCode(),
                packet.properties().diagnostics());
    }

    /** The server has said, in the form of an earlier version, that it does not speak this one. */
    void handleUnsupportedVersion() {
        resolve();
    }

    private void resolve() {
        session.doubtful = doubtfulBefore;
        unanswered = unansweredBefore;
        journal.putSession();
    }

    /** The server has accepted the connection; gives what is known of it. */
    ConnectionState accept(ConnAck packet, int connectionNumber, long nowNanos) throws PeerViolation {
        checkSessionPresent(packet.sessionPresent());
        ConnAckProperties properties = packet.properties();
        String assigned = properties.assignedClientIdentifier();
        if (assigned != null) {
            clientIdentifier = assigned;
        }
        ConnectionState connection = new ConnectionState(
                connectionNumber,
                version(),
                properties.limits(),
                new KeepAlive(keepAliveSeconds(properties), nowNanos));
        beginSession(packet.sessionPresent(), connection);
        sessionBegun = true;
        notices.add(output -> output.connected(
                new ConnectResult(packet.sessionPresent(), negotiated(properties), properties.diagnostics())));
        return connection;
    }

    private void checkSessionPresent(boolean present) throws PeerViolation {
        if (!present || version() == ProtocolVersion.MQTT_3_1) {
            return;
        }
        if (cleanStartSent) {
            resolve();
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "Session Present is 1 although a new session was asked for [MQTT-3.2.2-2]");
        }
        if (version() == ProtocolVersion.MQTT_5 && !session.established) {
            resolve();
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "The server has a session of client '" + clientIdentifier + "' and this client has none"
                            + " [MQTT-3.2.2-4]: use the store that belongs to the session, or cleanStart(true)");
        }
    }

    /** Goes on with the session, or begins a new one. */
    private void beginSession(boolean present, ConnectionState connection) {
        boolean hadSession = session.established;
        session.established = true;
        // MQTT 3.1 has no Session Present: without Clean Session its server is trusted to have the session, in doubt.
        boolean unknown = version() == ProtocolVersion.MQTT_3_1;
        boolean kept = unknown ? hadSession && !cleanStartSent : present;
        boolean doubt = kept && (unknown || unansweredBefore);
        unanswered = false;
        if (kept) {
            if (doubt) {
                inbound.suspectAll();
            }
            session.doubtful = inbound.hasSuspects();
            record();
            outbound.resume(connection);
        } else {
            session.doubtful = false;
            int lost = outbound.loseSession(settings.lostSession());
            inbound.loseSession();
            record();
            if (hadSession && !cleanStartSent) {
                notices.add(output -> output.sessionLost(lost));
            }
        }
        if (doubt || !kept) {
            subscriptions.doubtAll();
        }
        boolean onlyIfNew = kept && version() == ProtocolVersion.MQTT_5;
        subscriptions.resubscribe(connection, onlyIfNew, this::send);
    }

    private Negotiated negotiated(ConnAckProperties properties) {
        return new Negotiated(
                version(),
                clientIdentifier,
                sessionExpirySeconds(properties),
                keepAliveSeconds(properties),
                properties.limits(),
                Optional.ofNullable(properties.responseInformation()));
    }

    private int keepAliveSeconds(ConnAckProperties properties) {
        return properties.serverKeepAliveSeconds() >= 0
                ? properties.serverKeepAliveSeconds()
                : connect.keepAliveSeconds();
    }

    private long sessionExpirySeconds(ConnAckProperties properties) {
        if (version() != ProtocolVersion.MQTT_5) {
            return connect.cleanStart() ? 0 : 0xFFFF_FFFFL;
        }
        return properties.sessionExpirySeconds() >= 0
                ? properties.sessionExpirySeconds()
                : connect.properties().sessionExpirySeconds();
    }
}
