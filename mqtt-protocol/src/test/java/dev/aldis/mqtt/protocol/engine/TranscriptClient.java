package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.OfflineQos0;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A real engine that does what the inputs of a transcript say. */
final class TranscriptClient {

    private static final long SECOND = 1_000_000_000L;

    /** Before the wall clock of the tests; only records show it. */
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final ModelStore store = new ModelStore();
    private final TranscriptOutput output = new TranscriptOutput(store, this::handleAppended);
    private final Map<String, OutboundMessage> published = new TreeMap<>();
    private Words config;
    private StoreMode mode = StoreMode.AUTO;
    private final Residence residence;
    private EngineSettings settings;
    private Engine engine;

    private final long beginNanos;
    private long nowNanos;

    private enum StoreMode {
        /** Answers at once. */
        AUTO,
        /** Answers when the transcript says so. */
        MANUAL,
        /** There is none. */
        NONE
    }

    TranscriptClient(String configuration) {
        config = new Words(configuration);
        // Not zero, so that a time that was never set shows.
        beginNanos = config.option("clock", 1_000) * SECOND;
        nowNanos = beginNanos;
        settings = settings();
        residence = new Residence(
                config.option("resident", Residence.DEFAULT.messages()),
                config.option("residentBytes", (int) Residence.DEFAULT.bytes()));
        config.end();
        engine = newEngine();
    }

    private EngineSettings settings() {
        mode = StoreMode.valueOf(option("store", "auto").toUpperCase(Locale.ROOT));
        ProtocolVersion version = switch (option("version", "5")) {
            case "5" -> ProtocolVersion.MQTT_5;
            case "3.1.1" -> ProtocolVersion.MQTT_3_1_1;
            case "3.1" -> ProtocolVersion.MQTT_3_1;
            default -> throw new AssertionError("No such version");
        };
        ConnectProperties defaults = ConnectProperties.NONE;
        ConnectProperties properties = new ConnectProperties(
                config.option("expiry", 3600),
                config.option("receiveMaximum", 10),
                defaults.maximumPacketSizeBytes(),
                defaults.topicAliasMaximum(),
                false,
                true,
                TranscriptPackets.exchange(config),
                List.of());
        Connect connect = new Connect(
                version,
                option("client", "c1"),
                config.flag("cleanStart"),
                config.option("keepAlive", 0),
                properties,
                null,
                null);
        ClientLimits limits = ClientLimits.DEFAULT
                .withReceiveMaximum(config.option("insist", properties.receiveMaximum()))
                .withMaximumInFlight(config.option("inFlight", 10))
                .withMaximumQueued(config.option("queue", 100), config.option("queueBytes", 1_000_000));
        ReconnectPolicy reconnect = new ReconnectPolicy(
                !config.flag("noReconnect"),
                config.flag("retryFirst"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                config.option("attempts", 0));
        AttemptSettings attempts = new AttemptSettings(
                reconnect,
                config.option("servers", 1),
                config.flag("auto")
                        ? List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_3_1)
                        : List.of(version),
                config.option("redirects", 0),
                config.flag("fresh"));
        LostSessionPolicy policy = LostSessionPolicy.valueOf(option("lost", "REPUBLISH"));
        return new EngineSettings(
                connect,
                limits,
                Duration.ofSeconds(10),
                attempts,
                policy,
                config.flag("receiptsWait") ? Receipts.WHEN_DECIDED : Receipts.WHEN_STORED,
                queuePolicy(),
                mode != StoreMode.NONE,
                42);
    }

    private QueuePolicy queuePolicy() {
        return new QueuePolicy(
                OverflowPolicy.valueOf(option("overflow", "REJECT_NEWEST")),
                OfflineQos0.valueOf(option("qos0", "KEEP_IN_MEMORY")),
                Duration.ofSeconds(config.option("maximumAge", 0)));
    }

    private String option(String name, String otherwise) {
        String value = config.option(name);
        return value == null ? otherwise : value;
    }

    private Engine newEngine() {
        // Enough for limits: the exact sizes are the codec's.
        return new Engine(settings, (packet, version) -> TranscriptSizes.sizeBytes(packet), residence);
    }

    private void handleAppended(long number) {
        while (mode == StoreMode.AUTO && store.isUnderWay()) {
            engine.handleStored(store.confirm());
        }
    }

    /** Executes one input and, at the end of a turn, drains; gives the lines that came out. */
    String execute(String input, boolean endOfTurn) {
        Words words = new Words(input);
        engine.handleClock(nowNanos, epochMillis());
        perform(words.next(), words);
        words.end();
        if (endOfTurn) {
            boolean waiting = engine.drain(output);
            if (output.takeSent()) {
                engine.handleSent(nowNanos);
            }
            if (waiting) {
                output.line("more waits for room");
            }
        }
        return output.take();
    }

    private long epochMillis() {
        return EPOCH_MILLIS + (nowNanos - beginNanos) / 1_000_000;
    }

    private void perform(String verb, Words words) {
        switch (verb) {
            case "connect" -> engine.connect(nowNanos);
            case "disconnect" -> disconnect(words.option("quiesce"));
            case "connected" -> engine.handleConnected(output.connect(settings.connect()));
            case "closed" -> engine.handleClosed(words.hasNext() ? new IOException(words.rest()) : null, nowNanos);
            case "server" -> Arrival.handle(engine, TranscriptPackets.parse(words), nowNanos, EPOCH_MILLIS);
            case "unsupported" ->
                engine.handleViolation(
                        new PeerViolation(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "an answer of 3.1.1"));
            case "violation" -> engine.handleViolation(new PeerViolation(ReasonCode.MALFORMED_PACKET, words.rest()));
            case "publish" -> publish(words);
            case "cancel" -> output.line("cancelled: " + engine.cancel(message(words.next())));
            case "accept" -> accept(words.next());
            case "refuse" -> refuse(words);
            case "subscribe" -> subscribe(words);
            case "unsubscribe" -> unsubscribe(words);
            case "time" -> advance(words.next());
            case "deadline" -> deadline();
            case "room" -> output.room = words.next().equals("on");
            case "reading" -> engine.handleReadingPaused(words.next().equals("paused"), nowNanos);
            case "store" -> mode = StoreMode.valueOf(words.next().toUpperCase(Locale.ROOT));
            case "stored" -> engine.handleStored(store.confirm());
            case "storefails" ->
                engine.handleStoreFailure(store.refuse(), new StoreException(words.rest(), (Throwable) null), nowNanos);
            case "crash" -> crash(words);
            case "damage" -> TranscriptDamage.inflict(store, words);
            case "turn" -> {}
            case "answer" -> engine.answerChallenge(TranscriptPackets.data(words));
            case "reauthenticate" ->
                output.line("begun: " + engine.reauthenticate(TranscriptPackets.data(words), nowNanos));
            case "failauthentication" ->
                engine.failAuthentication(new ConnectionException(words.rest(), (Throwable) null));
            case "timeout" -> output.line("timed out: " + engine.timeOut(message(words.next())));
            default -> TranscriptQueue.perform(verb, words, engine, output, nowNanos);
        }
    }

    private void disconnect(@Nullable String quiesceSeconds) {
        if (quiesceSeconds == null) {
            engine.disconnect();
        } else {
            long quiesceNanos = Integer.parseInt(quiesceSeconds) * SECOND;
            engine.disconnect(Disconnect.of(ReasonCode.SUCCESS), quiesceNanos, nowNanos);
        }
    }

    private void publish(Words words) {
        boolean retain = words.flag("retain");
        boolean awaited = words.flag("awaited");
        boolean reserved = words.flag("reserved");
        String expiry = words.option("expiry");
        PublishOptions options = options(words.option("key"), words.option("checkpoint"));
        QoS qos = words.qos();
        String topic = words.next();
        String payload = words.next();
        Message content = Message.of(topic, qos, payload).withRetain(retain);
        if (expiry != null) {
            content = content.withProperties(MessageProperties.builder()
                    .messageExpirySeconds(Long.parseLong(expiry))
                    .build());
        }
        OutboundMessage message = new OutboundMessage(content, options, epochMillis());
        if (awaited) {
            message.attach("somebody");
        }
        published.put(payload, message);
        if (reserved) {
            engine.publishReserved(message);
        } else {
            engine.publish(message);
        }
    }

    private static PublishOptions options(String key, String mark) {
        PublishOptions options = key == null ? PublishOptions.NONE : PublishOptions.NONE.withApplicationKey(key);
        return mark == null ? options : options.withCheckpoint(Checkpoint.of(before(mark), after(mark)));
    }

    private static String before(String pair) {
        return pair.substring(0, pair.lastIndexOf(':'));
    }

    private static String after(String pair) {
        return pair.substring(pair.lastIndexOf(':') + 1);
    }

    private OutboundMessage message(String payload) {
        return present(published.get(payload), payload);
    }

    private static <T> T present(@Nullable T value, String name) {
        if (value == null) {
            throw new AssertionError("The transcript knows no " + name);
        }
        return value;
    }

    private void accept(String payload) {
        engine.accept(present(output.delivered.remove(payload), payload));
    }

    private void refuse(Words words) {
        Diagnostics reason = TranscriptPackets.reason(words);
        String payload = words.next();
        engine.refuse(present(output.delivered.remove(payload), payload), new Refusal(words.code(), reason));
    }

    private void subscribe(Words words) {
        List<Subscription> subscriptions = new ArrayList<>();
        boolean noLocal = words.flag("noLocal");
        int identifier = words.option("identifier", 0);
        String text = words.rest();
        for (String pair : text.split(" ", -1)) {
            subscriptions.add(Subscription.of(before(pair), QoS.of(Integer.parseInt(after(pair))))
                    .withNoLocal(noLocal));
        }
        engine.submit(Request.subscribe(subscriptions, identifier, "subscribe " + text));
    }

    private void unsubscribe(Words words) {
        String text = words.rest();
        List<TopicFilter> filters = new ArrayList<>();
        for (String filter : text.split(" ", -1)) {
            filters.add(TopicFilter.of(filter));
        }
        engine.submit(Request.unsubscribe(filters, "unsubscribe " + text));
    }

    private void advance(String seconds) {
        nowNanos += Math.round(Double.parseDouble(seconds) * SECOND);
        engine.handleTime(nowNanos);
    }

    private void deadline() {
        long deadline = engine.deadlineNanos();
        output.line(
                deadline == Long.MAX_VALUE
                        ? "no deadline"
                        : String.format(Locale.ROOT, "deadline in %.2f s", (deadline - nowNanos) / 1e9));
    }

    /** The process dies and starts again on what the store has kept. */
    private void crash(Words words) {
        store.crash(words.flag("written"));
        boolean setAside = words.flag("setAside");
        output.delivered.clear();
        published.clear();
        engine = newEngine();
        engine.restore(store::scan, setAside).forEach(damage -> output.line("damaged: " + damage));
        for (OutboundMessage message : engine.pending()) {
            published.put(message.message().payload().text(), message);
            output.line("restored " + message.phase()
                    + TranscriptPackets.text(message.message(), message.packetIdentifier(), false)
                    + message.options()
                            .applicationKey()
                            .map(key -> ", key " + key)
                            .orElse(""));
        }
        engine.restoredCheckpoints().forEach((name, value) -> output.line("checkpoint " + name + " = " + value.text()));
    }
}
