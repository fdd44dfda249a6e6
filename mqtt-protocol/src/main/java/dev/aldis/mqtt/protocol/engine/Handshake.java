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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From CONNECT to the first packets of a session, whether the server has kept it or not (sections 3.1, 3.2 and 4.4). */
final class Handshake {

    private final EngineSettings settings;
    private final ProtocolVersion version;
    private final SessionState session;
    private final Journal journal;
    private final Notices notices;
    private final OutboundFlow outbound;
    private final InboundFlow inbound;
    private final SubscriptionFlow subscriptions;
    private final Consumer<ControlPacket> send;

    private String clientIdentifier;
    private boolean sessionBegun;
    private boolean cleanStartSent;

    Handshake(
            EngineSettings settings,
            SessionState session,
            Journal journal,
            Notices notices,
            OutboundFlow outbound,
            InboundFlow inbound,
            SubscriptionFlow subscriptions,
            Consumer<ControlPacket> send) {
        this.settings = settings;
        this.version = settings.connect().version();
        this.clientIdentifier = settings.connect().clientIdentifier();
        this.session = session;
        this.journal = journal;
        this.notices = notices;
        this.outbound = outbound;
        this.inbound = inbound;
        this.subscriptions = subscriptions;
        this.send = send;
    }

    /** Sends CONNECT. */
    void begin() {
        Connect first = settings.connect();
        // Before MQTT 5.0 the flag also decides how long the session lasts, so it stays as it was asked for.
        cleanStartSent = first.cleanStart() && (version != ProtocolVersion.MQTT_5 || !sessionBegun);
        send.accept(new Connect(
                first.version(),
                clientIdentifier,
                cleanStartSent,
                first.keepAliveSeconds(),
                first.properties(),
                first.will(),
                first.credentials()));
    }

    /** What CONNACK says against the connection; null if the server accepts it. */
    static @Nullable ConnectionException refusal(ConnAck packet) {
        if (!packet.reasonCode().isError()) {
            return null;
        }
        String reason = packet.properties()
                .diagnostics()
                .reasonString()
                .map(text -> " (" + text + ")")
                .orElse("");
        return new ConnectionException(
                "The server refused the connection: " + packet.reasonCode() + reason, packet.reasonCode());
    }

    /** The server has accepted the connection; gives what is known of it. */
    ConnectionState accept(ConnAck packet, int connectionNumber, long nowNanos) throws PeerViolation {
        checkSessionPresent(packet.sessionPresent());
        ConnAckProperties properties = packet.properties();
        String assigned = properties.assignedClientIdentifier();
        if (assigned != null) {
            clientIdentifier = assigned;
        }
        sessionBegun = true;
        ConnectionState connection = new ConnectionState(
                connectionNumber, properties.limits(), new KeepAlive(keepAliveSeconds(properties), nowNanos));
        beginSession(packet.sessionPresent(), connection);
        notices.add(output -> output.connected(
                new ConnectResult(packet.sessionPresent(), negotiated(properties), properties.diagnostics())));
        return connection;
    }

    private void checkSessionPresent(boolean present) throws PeerViolation {
        if (!present || version == ProtocolVersion.MQTT_3_1) {
            return;
        }
        if (cleanStartSent) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "Session Present is 1 although a new session was asked for [MQTT-3.2.2-2]");
        }
        if (version == ProtocolVersion.MQTT_5 && !session.established) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "The server has a session of client '" + clientIdentifier + "' and this client has none"
                            + " [MQTT-3.2.2-4]: use the store that belongs to the session, or cleanStart(true)");
        }
    }

    private void beginSession(boolean present, ConnectionState connection) {
        boolean hadSession = session.established;
        if (!hadSession) {
            session.established = true;
            journal.putMeta(true);
        }
        // MQTT 3.1 has no Session Present; without Clean Session its server is trusted to have kept the session.
        boolean kept = present || (version == ProtocolVersion.MQTT_3_1 && !cleanStartSent && hadSession);
        if (kept) {
            outbound.resume(connection);
            return;
        }
        int lost = outbound.loseSession(settings.lostSession());
        inbound.loseSession();
        if (hadSession && !cleanStartSent) {
            notices.add(output -> output.sessionLost(lost));
        }
        subscriptions.resubscribe(connection, send);
    }

    private Negotiated negotiated(ConnAckProperties properties) {
        return new Negotiated(
                version,
                clientIdentifier,
                sessionExpirySeconds(properties),
                keepAliveSeconds(properties),
                properties.limits());
    }

    private int keepAliveSeconds(ConnAckProperties properties) {
        return properties.serverKeepAliveSeconds() >= 0
                ? properties.serverKeepAliveSeconds()
                : settings.connect().keepAliveSeconds();
    }

    private long sessionExpirySeconds(ConnAckProperties properties) {
        if (version != ProtocolVersion.MQTT_5) {
            return settings.connect().cleanStart() ? 0 : 0xFFFF_FFFFL;
        }
        return properties.sessionExpirySeconds() >= 0
                ? properties.sessionExpirySeconds()
                : settings.connect().properties().sessionExpirySeconds();
    }
}
