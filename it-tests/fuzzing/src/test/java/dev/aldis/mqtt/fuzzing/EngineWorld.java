package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.EngineSettings;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.RecordDescription;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An engine between a server, a store, a clock and an application that do whatever they like. */
final class EngineWorld {

    static final long SECOND = 1_000_000_000L;

    private static final int MOST_TURNS = 100;

    private final EngineSettings settings;
    private final BatchStore store = new BatchStore();
    private final ClientRules rules = new ClientRules();
    private final WatchedOutput output;
    private final EngineApplication application;
    private final Map<ProtocolVersion, PacketEncoder> encoders = new HashMap<>();

    private Engine engine;
    private @Nullable PacketDecoder decoder;
    private boolean storeAnswersAtOnce = true;
    private boolean damaged;
    private long nowNanos = 1_000 * SECOND;
    private long epochMillis = 1_700_000_000_000L;

    EngineWorld(EngineSettings settings) {
        this.settings = settings;
        this.output = new WatchedOutput(store, settings.journal(), rules);
        this.application = new EngineApplication(output);
        this.engine = newEngine();
    }

    private Engine newEngine() {
        return new Engine(
                settings,
                (packet, version) ->
                        encoders.computeIfAbsent(version, PacketEncoder::new).sizeBytes(packet));
    }

    Engine engine() {
        return engine;
    }

    BatchStore store() {
        return store;
    }

    WatchedOutput output() {
        return output;
    }

    EngineApplication application() {
        return application;
    }

    long nowNanos() {
        return nowNanos;
    }

    long epochMillis() {
        return epochMillis;
    }

    // --- what happens around the engine

    void connected() {
        if (output.link == WatchedOutput.Link.OPENING) {
            output.link = WatchedOutput.Link.OPEN;
            decoder = new PacketDecoder(DecoderOptions.client(output.version)
                    .withTopicAliasMaximum(4)
                    .withRequestProblemInformation(
                            settings.connect().properties().requestProblemInformation()));
            ProtocolVersion version = output.version;
            engine.handleConnected(new Connect(
                    version,
                    settings.connect().clientIdentifier(),
                    settings.connect().cleanStart(),
                    settings.connect().keepAliveSeconds(),
                    version == ProtocolVersion.MQTT_5 ? settings.connect().properties() : ConnectProperties.NONE,
                    null,
                    null));
        }
    }

    void closed() {
        if (output.link != WatchedOutput.Link.NONE) {
            output.link = WatchedOutput.Link.NONE;
            decoder = null;
            rules.end();
            engine.handleClosed(null, nowNanos);
        }
    }

    /** Bytes as the server sends them. */
    void receive(byte[] bytes) {
        PacketDecoder reading = decoder;
        if (reading == null) {
            return;
        }
        try {
            reading.decode(ByteBuffer.wrap(bytes), new Receiver());
        } catch (PeerViolation violation) {
            decoder = null;
            engine.handleViolation(violation);
            drain();
            Rule.check(output.link != WatchedOutput.Link.OPEN, "A connection goes on after " + violation.description());
        }
    }

    /** A packet as the server sends it; none that no encoder writes. */
    void receive(ControlPacket packet) {
        WireBuffer out = new WireBuffer();
        try {
            new PacketEncoder(output.version).encode(packet, out);
        } catch (IllegalArgumentException refused) {
            return;
        }
        receive(DecoderTarget.bytes(out));
    }

    private final class Receiver implements PacketSink {

        @Override
        public void packet(ControlPacket packet) {
            rules.received(packet);
            engine.handlePacket(packet, nowNanos, epochMillis);
        }

        @Override
        public void success(PacketType type, int packetIdentifier) throws PeerViolation {
            // As a packet, for the rules.
            PacketSink watch = rules::received;
            watch.success(type, packetIdentifier);
            engine.handleSuccess(type, packetIdentifier, nowNanos);
        }
    }

    void advance(long nanos) {
        nowNanos += nanos;
        epochMillis += nanos / 1_000_000;
        engine.handleTime(nowNanos);
    }

    /** To when the engine wants to be called; then it must not want the same time again. */
    void advanceToDeadline() {
        long deadline = engine.deadlineNanos();
        if (deadline != Long.MAX_VALUE) {
            advance(Math.max(0, deadline - nowNanos));
            engine.handleClock(nowNanos, epochMillis);
            drain();
            long next = engine.deadlineNanos();
            Rule.check(
                    next == Long.MAX_VALUE || next - deadline > 0 || !output.room,
                    "The engine wants to be called at once, for ever");
        }
    }

    void storeAnswersAtOnce(boolean value) {
        storeAnswersAtOnce = value;
    }

    void stored() {
        if (store.isDoomed()) {
            storeFails();
        } else if (store.isUnderWay()) {
            engine.handleStored(store.confirm());
        }
    }

    void storeFails() {
        if (store.isUnderWay()) {
            engine.handleStoreFailure(store.refuse(), full(), nowNanos);
        }
    }

    private static StoreException full() {
        return new StoreException("The disk is full", (Throwable) null);
    }

    void read(boolean fails) {
        if (output.readFrom >= 0) {
            List<StoredRecord> records = store.scan(output.readFrom, output.readLimit);
            output.readFrom = -1;
            if (fails) {
                engine.handleReadFailure(full(), nowNanos);
            } else {
                engine.handleRecords(records);
            }
        }
    }

    /** The process dies and begins again; what was stored comes back as it was. */
    void crash(boolean batchSurvives) {
        store.crash(batchSurvives);
        restart();
    }

    private void restart() {
        output.crash();
        application.crash();
        if (!settings.journal()) {
            // Which ones the server remembers, nobody knows any more; before 5.0 a client may go on all the same.
            rules.forgetIdentifiers();
        }
        decoder = null;
        engine = newEngine();
        List<String> damages = engine.restore(store::scan, damaged);
        if (!damaged) {
            Rule.equal(List.of(), damages, "Damage of records that nobody damaged");
            expectRestored();
        }
    }

    /** Begins again on records that somebody else may have changed. */
    void restoreDamaged() {
        damaged = true;
        output.expectDamage();
        rules.forgetIdentifiers();
        restart();
    }

    private void expectRestored() {
        Map<Payload, OutboundMessage> restored = new HashMap<>();
        engine.pending().forEach(message -> restored.put(message.message().payload(), message));
        for (StoredRecord record : store.records()) {
            StoredEntry entry = RecordDescription.of(record, store);
            Rule.check(entry.state() != StoredEntry.State.UNREADABLE, "A record that was written cannot be read");
            OutboundMessage known = application.published(entry.content());
            if (known != null && entry.kind() == StoredEntry.Kind.OUTBOUND) {
                Rule.equal(known.options().applicationKey(), entry.name(), "Application key");
                Rule.equal(known.message().topic(), entry.topic().orElseThrow(), "Topic");
                expectSame(known, restored);
            }
        }
    }

    private static void expectSame(OutboundMessage known, Map<Payload, OutboundMessage> restored) {
        OutboundMessage again = restored.get(known.message().payload());
        if (again != null) {
            Rule.equal(known.message(), again.message(), "A message after a restart");
            Rule.equal(known.acceptedAtEpochMillis(), again.acceptedAtEpochMillis(), "When it was accepted");
        }
    }

    // --- a turn

    /** The end of a turn, and what follows from it by itself. */
    void drain() {
        int turns = 0;
        boolean again;
        do {
            again = false;
            boolean waiting = engine.drain(output);
            Rule.check(!waiting || !output.room, "The engine waits for room although there is some");
            Rule.check(
                    !rules.isDisconnectSent() || output.link != WatchedOutput.Link.OPEN,
                    "A connection goes on after DISCONNECT");
            if (output.sent) {
                output.sent = false;
                engine.handleSent(nowNanos);
            }
            if (storeAnswersAtOnce && store.isUnderWay()) {
                stored();
                again = true;
            }
            if (storeAnswersAtOnce && output.readFrom >= 0) {
                read(false);
                again = true;
            }
            Rule.check(++turns < MOST_TURNS, "A turn does not end");
        } while (again);
    }

    /** Nothing is left to do but to wait. */
    void settle() {
        storeAnswersAtOnce = true;
        output.room = true;
        stored();
        read(false);
        drain();
    }
}
