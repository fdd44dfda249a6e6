package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Writes down what the engine asks for, one line each. */
final class TranscriptOutput implements EngineOutput {

    private final StringBuilder lines = new StringBuilder();
    private final ModelStore store;

    /** Told of each batch; a store that answers at once answers here. */
    private final LongConsumer appended;

    /** What was delivered and not accepted, by payload. */
    final Map<String, InboundMessage> delivered = new TreeMap<>();

    private List<StoredRecord> read = List.of();
    boolean room = true;
    private boolean sent;
    private @Nullable Attempt attempt;

    TranscriptOutput(ModelStore store, LongConsumer appended) {
        this.store = store;
        this.appended = appended;
    }

    void line(String text) {
        lines.append("  ").append(text).append('\n');
    }

    String take() {
        String text = lines.toString();
        lines.setLength(0);
        return text;
    }

    /** Whether something was sent since the last call. */
    boolean takeSent() {
        boolean taken = sent;
        sent = false;
        return taken;
    }

    private void sendLine(String text) {
        sent = true;
        line("send " + text);
    }

    @Override
    public void openConnection(Attempt value) {
        attempt = value;
        line("open, attempt " + value.number()
                + (value.server() == 0 ? "" : ", server " + (value.server() + 1))
                + (value.reference() == null ? "" : ", referred to " + value.reference()));
    }

    /** The CONNECT of the present attempt. */
    Connect connect(Connect configured) {
        Attempt present = Objects.requireNonNull(attempt);
        return new Connect(
                present.version(),
                configured.clientIdentifier(),
                configured.cleanStart(),
                configured.keepAliveSeconds(),
                configured.properties(),
                configured.will(),
                configured.credentials());
    }

    @Override
    public void closeConnection() {
        line("close");
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    @Override
    public void send(ControlPacket packet) {
        sendLine(TranscriptPackets.text(packet));
    }

    @Override
    public void sendPublish(OutboundMessage message, boolean duplicate) {
        sendLine("PUBLISH" + TranscriptPackets.text(message.message(), message.packetIdentifier(), duplicate));
    }

    @Override
    public void sendRelease(OutboundMessage message) {
        sendLine("PUBREL id " + message.packetIdentifier());
    }

    @Override
    public void sendAcknowledgement(PacketType type, int packetIdentifier) {
        sendLine(type + " id " + packetIdentifier);
    }

    @Override
    public void append(ChangeBatch batch, long number) {
        store.append(batch, number).forEach(change -> line("store " + number + ": " + RecordText.of(change)));
        appended.accept(number);
    }

    @Override
    public void stored(OutboundMessage message) {
        line("stored " + name(message));
    }

    @Override
    public void completed(OutboundMessage message) {
        line("completed " + name(message) + " " + message.result().reasonCode()
                + message.result()
                        .diagnostics()
                        .reasonString()
                        .map(text -> " (" + text + ")")
                        .orElse(""));
    }

    @Override
    public void failed(OutboundMessage message, PublishFailure kind, MqttException cause) {
        line("failed " + name(message) + " " + kind + ": " + cause.getMessage());
    }

    static String name(OutboundMessage message) {
        String payload = message.message().payload().text();
        return payload.isEmpty() ? "(released)" : payload;
    }

    @Override
    public void deliver(InboundMessage message) {
        delivered.put(message.payload().text(), message);
        line("deliver" + TranscriptPackets.text(message.message(), 0, message.duplicate())
                + (message.qos().level() == 2 ? ", delivery " + message.deliveryIdentifier() : "")
                + (message.redelivered() ? ", redelivered" : ""));
    }

    @Override
    public void answered(Request request) {
        line("answered " + request.operation() + ": " + request.reasonCodes());
    }

    @Override
    public void unsubscribed(Request request) {
        line("no more from " + request.endedFilters());
    }

    @Override
    public void requestFailed(Request request, MqttException cause) {
        line("failed " + request.operation() + ": " + cause.getMessage());
    }

    @Override
    public void connected(ConnectResult result) {
        line("connected, session " + (result.sessionPresent() ? "present" : "new") + ", client '"
                + result.negotiated().clientIdentifier() + "', keep alive "
                + result.negotiated().keepAliveSeconds() + " s, session expiry "
                + result.negotiated().sessionExpirySeconds() + " s");
    }

    @Override
    public void challenged(@Nullable Payload data) {
        line("challenged" + (data == null ? "" : " " + data.text()));
    }

    @Override
    public void reauthenticated(Diagnostics diagnostics) {
        line("authenticated again" + (diagnostics.equals(Diagnostics.NONE) ? "" : " " + diagnostics));
    }

    @Override
    public void connectionLost(MqttException cause) {
        line("connection lost: " + cause.getMessage());
    }

    @Override
    public void reconnecting(long delayNanos) {
        line(String.format(Locale.ROOT, "reconnect in %.2f s", delayNanos / 1e9));
    }

    @Override
    public void stopped(MqttException cause) {
        line("stopped: " + cause.getMessage());
    }

    @Override
    public void sessionLost(int messagesInFlight) {
        line("session lost, " + messagesInFlight + " in flight");
    }

    @Override
    public void resubscribed(SubscribeResult result) {
        line("resubscribed: " + result.reasonCodes()
                + result.diagnostics()
                        .reasonString()
                        .map(text -> " (" + text + ")")
                        .orElse(""));
    }

    @Override
    public void readRecords(long fromKey, int limit) {
        read = store.scan(fromKey, limit);
        line("read from " + RecordText.key(fromKey) + ", at most " + limit);
    }

    /** What was asked for last, as of then. */
    List<StoredRecord> read() {
        return read;
    }

    @Override
    public void storeDamaged(String description) {
        line("damaged: " + description);
    }

    @Override
    public void storeFailed(StoreException cause) {
        line("store failed: " + cause.getMessage());
    }
}
