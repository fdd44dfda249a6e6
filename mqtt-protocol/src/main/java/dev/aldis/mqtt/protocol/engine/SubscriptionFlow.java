package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SUBSCRIBE and UNSUBSCRIBE and their answers (sections 3.8 to 3.11); subscribing again after a lost session. */
final class SubscriptionFlow {

    /** How many filters one SUBSCRIBE carries when the client subscribes again. */
    private static final int RESUBSCRIBE_BATCH = 64;

    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final Notices notices;
    private final PacketSizes sizes;
    private final IdentifierTable<Request> pending = new IdentifierTable<>();
    private int pendingCount;

    /** What was granted in an earlier session, and not yet confirmed by the server in the present one. */
    private final TreeMap<String, Subscription> unconfirmed = new TreeMap<>();

    SubscriptionFlow(SessionState session, StoreGate gate, Journal journal, Notices notices, PacketSizes sizes) {
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.sizes = sizes;
    }

    /** Sends a request, or refuses it. */
    void submit(Request request, @Nullable ConnectionState connection, Consumer<ControlPacket> send) {
        if (connection == null) {
            fail(
                    request,
                    new RequestException(
                            "Not connected: " + (request.isSubscribe() ? "subscribe" : "unsubscribe")
                                    + " when connect() has completed",
                            (Throwable) null));
            return;
        }
        MqttException refusal = refusal(request, connection);
        if (refusal != null) {
            fail(request, refusal);
            return;
        }
        int identifier = session.identifiers.allocate();
        if (identifier == 0) {
            fail(
                    request,
                    new RequestException(
                            "All " + PacketIdentifiers.MAXIMUM + " Packet Identifiers are in use: try again later",
                            (Throwable) null));
            return;
        }
        request.packetIdentifier = identifier;
        ControlPacket packet = packet(request, connection);
        int sizeBytes = sizes.sizeBytes(packet, connection.version);
        if (sizeBytes > connection.limits.maximumPacketSizeBytes()) {
            session.identifiers.free(identifier);
            fail(
                    request,
                    new RequestException(
                            "The request takes " + sizeBytes
                                    + " bytes and the server's Maximum Packet Size is "
                                    + connection.limits.maximumPacketSizeBytes() + ": use fewer filters at once",
                            ReasonCode.PACKET_TOO_LARGE));
            return;
        }
        pending.set(identifier, request);
        pendingCount++;
        send.accept(packet);
    }

    private static ControlPacket packet(Request request, ConnectionState connection) {
        if (!request.isSubscribe()) {
            return new Unsubscribe(request.packetIdentifier, request.topicFilters(), List.of());
        }
        boolean identified =
                connection.version == ProtocolVersion.MQTT_5 && connection.limits.subscriptionIdentifierAvailable();
        int identifier = identified ? request.subscriptionIdentifier() : 0;
        return new Subscribe(request.packetIdentifier, request.subscriptions(), identifier, List.of());
    }

    private static @Nullable MqttException refusal(Request request, ConnectionState connection) {
        for (Subscription subscription : request.subscriptions()) {
            MqttException refusal = refusal(subscription, connection);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static @Nullable MqttException refusal(Subscription subscription, ConnectionState connection) {
        if (subscription.needsMqtt5() && connection.version != ProtocolVersion.MQTT_5) {
            return new RequestException(
                    subscription + " has an option that the server's " + connection.version
                            + " does not know: leave it out, or use a server of MQTT 5.0",
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        }
        TopicFilter filter = subscription.topicFilter();
        ServerLimits limits = connection.limits;
        if (filter.hasWildcard() && !limits.wildcardSubscriptionAvailable()) {
            return new RequestException(
                    "The server has no wildcard subscriptions and '" + filter + "' is one: name each topic",
                    ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        }
        if (filter.isShared() && !limits.sharedSubscriptionAvailable()) {
            return new RequestException(
                    "The server has no shared subscriptions and '" + filter + "' is one: subscribe without $share",
                    ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED);
        }
        return null;
    }

    private void fail(Request request, MqttException cause) {
        if (request.isAutomatic()) {
            // The filters stay unconfirmed, and are asked for again on the next connection.
            ReasonCode code = cause.reasonCode().orElse(ReasonCode.UNSPECIFIED_ERROR);
            List<ReasonCode> codes = Collections.nCopies(request.subscriptions().size(), code);
            Diagnostics diagnostics = Diagnostics.of(cause.getMessage(), List.of());
            notices.add(output -> output.resubscribed(new SubscribeResult(codes, diagnostics)));
        } else {
            notices.add(output -> output.requestFailed(request, cause));
        }
    }

    void handleSubAck(SubAck packet) throws PeerViolation {
        Request request = answered(packet.packetIdentifier(), true, "SUBACK");
        if (request == null) {
            return;
        }
        List<Subscription> subscriptions = request.subscriptions();
        checkCount("SUBACK", packet.reasonCodes().size(), subscriptions.size());
        end(request);
        for (int i = 0; i < subscriptions.size(); i++) {
            Subscription asked = subscriptions.get(i);
            String filter = asked.topicFilter().text();
            if (request.isAutomatic()) {
                unconfirmed.remove(filter);
            } else if (!packet.reasonCodes().get(i).isError()) {
                unconfirmed.remove(filter);
                session.subscriptions.put(filter, asked);
                session.subscriptionIdentifiers.put(filter, request.subscriptionIdentifier());
            }
        }
        finish(request, packet.reasonCodes(), packet.diagnostics());
    }

    void handleUnsubAck(UnsubAck packet) throws PeerViolation {
        Request request = answered(packet.packetIdentifier(), false, "UNSUBACK");
        if (request == null) {
            return;
        }
        List<TopicFilter> filters = request.topicFilters();
        // Before MQTT 5.0 UNSUBACK has no codes and cannot refuse.
        List<ReasonCode> codes = packet.reasonCodes().isEmpty()
                ? Collections.nCopies(filters.size(), ReasonCode.SUCCESS)
                : packet.reasonCodes();
        checkCount("UNSUBACK", codes.size(), filters.size());
        end(request);
        request.lastDelivery = journal.lastDeliveryIdentifier();
        finish(request, codes, packet.diagnostics());
        for (TopicFilter filter : request.endedFilters()) {
            session.subscriptions.remove(filter.text());
            session.subscriptionIdentifiers.remove(filter.text());
            unconfirmed.remove(filter.text());
        }
        gate.afterChanges(Action.UNSUBSCRIBED, request, 0);
    }

    private @Nullable Request answered(int identifier, boolean subscribe, String packet) throws PeerViolation {
        Request request = pending.get(identifier);
        if (request == null) {
            return null;
        }
        if (request.isSubscribe() != subscribe) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    packet + " for Packet Identifier " + identifier + ", which belongs to "
                            + (subscribe ? "an UNSUBSCRIBE" : "a SUBSCRIBE"));
        }
        return request;
    }

    private void end(Request request) {
        pending.remove(request.packetIdentifier);
        pendingCount--;
        session.identifiers.free(request.packetIdentifier);
    }

    private static void checkCount(String packet, int codes, int asked) throws PeerViolation {
        if (codes != asked) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    packet + " has " + codes + " Reason Codes for " + asked + " filters [MQTT-3.8.4-6]");
        }
    }

    private void finish(Request request, List<ReasonCode> codes, Diagnostics diagnostics) {
        request.reasonCodes = codes;
        request.diagnostics = diagnostics;
        if (request.isAutomatic()) {
            notices.add(output -> output.resubscribed(new SubscribeResult(codes, diagnostics)));
        } else {
            notices.add(output -> output.answered(request));
        }
    }

    /** Whether a SUBSCRIBE or UNSUBSCRIBE waits for its answer. */
    boolean hasPending() {
        return pendingCount > 0;
    }

    /** The connection has ended: pending requests are no session state. */
    void handleConnectionEnd(MqttException cause) {
        List<Request> open = new ArrayList<>();
        pending.forEach(open::add);
        for (Request request : open) {
            end(request);
            if (!request.isAutomatic()) {
                fail(
                        request,
                        new RequestException(
                                "The connection ended before the server's answer: " + cause.getMessage(), cause));
            }
        }
    }

    /** The session is new, or may be: everything that was granted is to be asked for again. */
    void doubtAll() {
        unconfirmed.putAll(session.subscriptions);
    }

    /**
     * Asks again for what the server has not confirmed in the present session. Not only when it is new: the last connection
     * may have ended before the answer.
     *
     * @param onlyIfNew whether to spare retained messages where the server still has the subscription
     */
    void resubscribe(ConnectionState connection, boolean onlyIfNew, Consumer<ControlPacket> send) {
        // One SUBSCRIBE has one Subscription Identifier.
        TreeMap<Integer, List<Subscription>> byIdentifier = new TreeMap<>();
        unconfirmed.forEach((filter, subscription) -> byIdentifier
                .computeIfAbsent(session.subscriptionIdentifiers.getOrDefault(filter, 0), ignored -> new ArrayList<>())
                .add(
                        onlyIfNew && subscription.retainHandling() == RetainHandling.SEND
                                ? subscription.withRetainHandling(RetainHandling.SEND_IF_NEW)
                                : subscription));
        byIdentifier.forEach((identifier, subscriptions) -> resubscribe(subscriptions, identifier, connection, send));
    }

    private void resubscribe(
            List<Subscription> subscriptions,
            int identifier,
            ConnectionState connection,
            Consumer<ControlPacket> send) {
        List<Subscription> batch = new ArrayList<>();
        for (Subscription asked : subscriptions) {
            // One that the server cannot take must not keep the others from being asked for.
            boolean alone = refusal(asked, connection) != null;
            if (alone || batch.size() == RESUBSCRIBE_BATCH || !fits(batch, asked, identifier, connection)) {
                submitAgain(batch, identifier, connection, send);
                batch = new ArrayList<>();
            }
            batch.add(asked);
            if (alone) {
                submitAgain(batch, identifier, connection, send);
                batch = new ArrayList<>();
            }
        }
        submitAgain(batch, identifier, connection, send);
    }

    private boolean fits(List<Subscription> batch, Subscription another, int identifier, ConnectionState connection) {
        List<Subscription> together = new ArrayList<>(batch);
        together.add(another);
        Request request = Request.resubscribe(together, identifier);
        // Any will do: none has been taken yet, and each is as long.
        request.packetIdentifier = PacketIdentifiers.MAXIMUM;
        return sizes.sizeBytes(packet(request, connection), connection.version)
                <= connection.limits.maximumPacketSizeBytes();
    }

    private void submitAgain(
            List<Subscription> batch, int identifier, ConnectionState connection, Consumer<ControlPacket> send) {
        if (!batch.isEmpty()) {
            submit(Request.resubscribe(batch, identifier), connection, send);
        }
    }
}
