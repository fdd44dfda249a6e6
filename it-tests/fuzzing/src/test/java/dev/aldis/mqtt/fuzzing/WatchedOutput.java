package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.engine.Attempt;
import dev.aldis.mqtt.protocol.engine.EngineOutput;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.PublishFailure;
import dev.aldis.mqtt.protocol.engine.RecordDescription;
import dev.aldis.mqtt.protocol.engine.RecordKind;
import dev.aldis.mqtt.protocol.engine.Request;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an engine asks for, and whether it may. */
final class WatchedOutput implements EngineOutput {

    private static final long SPACE_INBOUND = 3L << 56;

    /** Where the connection stands. */
    enum Link {
        NONE,
        OPENING,
        OPEN,
        CLOSING
    }

    private final BatchStore store;
    private final boolean journal;
    private final ClientRules rules;
    private final List<InboundMessage> delivered = new ArrayList<>();
    private final Set<OutboundMessage> ended = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Request> answered = Collections.newSetFromMap(new IdentityHashMap<>());

    private boolean damaged;

    Link link = Link.NONE;
    ProtocolVersion version = ProtocolVersion.MQTT_5;
    boolean room = true;
    boolean sent;
    long readFrom = -1;
    int readLimit;

    WatchedOutput(BatchStore store, boolean journal, ClientRules rules) {
        this.store = store;
        this.journal = journal;
        this.rules = rules;
    }

    /** What the application has not decided about. */
    List<InboundMessage> delivered() {
        return delivered;
    }

    boolean hasEnded(OutboundMessage message) {
        return ended.contains(message);
    }

    /** Somebody has changed the records. */
    void expectDamage() {
        damaged = true;
    }

    /** The process dies. */
    void crash() {
        link = Link.NONE;
        readFrom = -1;
        delivered.clear();
        rules.end();
    }

    @Override
    public void openConnection(Attempt attempt) {
        Rule.equal(Link.NONE, link, "The link when a connection is to be opened");
        link = Link.OPENING;
        version = attempt.version();
        rules.begin(version);
    }

    @Override
    public void closeConnection() {
        // It may have gone by itself since the engine decided that.
        if (link != Link.NONE) {
            link = Link.CLOSING;
            rules.end();
        }
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    @Override
    public void send(ControlPacket packet) {
        Rule.equal(Link.OPEN, link, "The link when " + packet + " is sent");
        rules.sent(packet);
        sent = true;
    }

    @Override
    public void sendPublish(OutboundMessage message, boolean duplicate) {
        Rule.check(!ended.contains(message), "A message is sent after its end");
        boolean acknowledged = message.message().qos() != QoS.AT_MOST_ONCE;
        if (journal && acknowledged) {
            expectStored(
                    "PUBLISH " + message.packetIdentifier(),
                    entry -> isOutbound(entry, message.packetIdentifier())
                            && entry.content()
                                    .equals(Optional.of(message.message().payload())));
        }
        send(new Publish(message.message(), message.packetIdentifier(), duplicate, 0, List.of()));
    }

    @Override
    public void sendRelease(OutboundMessage message) {
        if (journal) {
            expectStored(
                    "PUBREL " + message.packetIdentifier(),
                    entry -> isOutbound(entry, message.packetIdentifier())
                            && entry.content().isEmpty());
        }
        send(PubRel.success(message.packetIdentifier()));
    }

    private static boolean isOutbound(StoredEntry entry, int identifier) {
        return entry.kind() == StoredEntry.Kind.OUTBOUND
                && entry.packetIdentifier().orElse(0) == identifier;
    }

    private void expectStored(String what, Predicate<StoredEntry> record) {
        Rule.check(
                store.records().stream()
                        .map(found -> RecordDescription.of(found, store))
                        .anyMatch(record),
                what + " leaves before it is stored");
    }

    @Override
    public void sendAcknowledgement(PacketType type, int packetIdentifier) {
        send(
                switch (type) {
                    case PUBACK -> PubAck.success(packetIdentifier);
                    case PUBREC -> PubRec.success(packetIdentifier);
                    case PUBCOMP -> PubComp.success(packetIdentifier);
                    default -> throw new AssertionError(type + " acknowledges nothing");
                });
    }

    @Override
    public void append(ChangeBatch batch, long number) {
        Rule.check(journal, "Something is stored where there is no store");
        store.append(batch, number);
    }

    @Override
    public void readRecords(long fromKey, int limit) {
        Rule.check(readFrom < 0, "Records are read while others are");
        readFrom = fromKey;
        readLimit = limit;
    }

    @Override
    public void stored(OutboundMessage message) {
        Rule.check(!ended.contains(message), "A message is stored after its end");
    }

    @Override
    public void completed(OutboundMessage message) {
        Rule.check(ended.add(message), "A message ends twice");
    }

    @Override
    public void failed(OutboundMessage message, PublishFailure kind, MqttException cause) {
        Rule.check(ended.add(message), "A message ends twice: " + kind);
    }

    @Override
    public void deliver(InboundMessage message) {
        if (journal && message.qos() == QoS.EXACTLY_ONCE) {
            StoredRecord record = store.at(SPACE_INBOUND | message.deliveryIdentifier());
            Rule.check(
                    record != null && record.kind() == RecordKind.INBOUND.number(),
                    message + " is handed over before it is stored");
        }
        delivered.add(message);
    }

    @Override
    public void answered(Request request) {
        Rule.check(answered.add(request), "A request ends twice");
        int asked = request.isSubscribe()
                ? request.subscriptions().size()
                : request.topicFilters().size();
        Rule.equal(asked, request.reasonCodes().size(), "Codes in the answer to a request");
    }

    @Override
    public void unsubscribed(Request request) {
        Rule.check(answered.contains(request), "The handlers of a request end before its answer");
    }

    @Override
    public void requestFailed(Request request, MqttException cause) {
        Rule.check(answered.add(request), "A request ends twice");
    }

    @Override
    public void connected(ConnectResult result) {}

    @Override
    public void storeDamaged(String description) {
        Rule.check(damaged, description);
    }

    @Override
    public void challenged(@Nullable Payload data) {}

    @Override
    public void reauthenticated(Diagnostics diagnostics) {}

    @Override
    public void connectionLost(MqttException cause) {}

    @Override
    public void reconnecting(long delayNanos) {
        Rule.check(delayNanos >= 0, "The next attempt is due before now");
    }

    @Override
    public void stopped(MqttException cause) {}

    @Override
    public void sessionLost(int messagesInFlight) {}

    @Override
    public void resubscribed(SubscribeResult result) {}

    @Override
    public void storeFailed(StoreException cause) {}
}
