package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.client.Dispatcher.HandlerChange;
import dev.aldis.mqtt.protocol.client.Dispatcher.HandlerEnd;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.engine.Attempt;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.EngineOutput;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.PublishFailure;
import dev.aldis.mqtt.protocol.engine.Request;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Carries out what the engine asks for in one turn: packets go into one buffer, messages and events into one batch. */
final class LoopOutput implements EngineOutput {

    /** More than this is not encoded before it is written, so that a long queue does not become one huge buffer. */
    private static final int ROOM_BYTES = 128 << 10;

    private final ClientLoop loop;
    private final @Nullable SessionStore store;
    private final Observation observation;
    private final boolean reportsAll;
    private final @Nullable StoreReader reader;
    private PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
    private ServerLimits limits = ServerLimits.NONE;
    private final int aliasesToServer;
    private @Nullable OutboundAliases aliases;
    private final WireBuffer buffer = new WireBuffer();
    private final OwedAnswers owed = new OwedAnswers();
    /** Those that no batch needs at present. */
    private final ArrayDeque<StoreAnswer> answers = new ArrayDeque<>();

    private int awaitedAnswers;

    /** How many failures the store has told, and how many of them the engine knows. */
    private final AtomicInteger failuresTold = new AtomicInteger();

    private int failuresKnown;

    private @Nullable List<Object> handOver;
    private int handedOver;
    private long handedOverBytes;
    private @Nullable TransportConnection connection;
    private long epochMillis;
    private boolean draining;
    private boolean sealed;
    private boolean answered;

    LoopOutput(
            ClientLoop loop,
            ClientResources resources,
            Observation observation,
            boolean reportsAll,
            int aliasesToServer) {
        this.reportsAll = reportsAll;
        this.aliasesToServer = aliasesToServer;
        this.loop = loop;
        this.store = resources.store();
        this.reader = resources.storeReader();
        this.observation = observation;
    }

    // --- for the loop

    /** What the wall clock says in this turn. */
    void setClock(long millis) {
        epochMillis = millis;
    }

    /** What is encoded from now on goes to a new connection of this version. */
    void beginConnection(ProtocolVersion version) {
        encoder = new PacketEncoder(version);
        limits = ServerLimits.NONE;
        aliases = null;
    }

    boolean isDraining() {
        return draining;
    }

    /** Lets the engine say what must be done; true if it has more. */
    boolean drain(Engine engine, @Nullable ServerLink link) {
        connection = link == null ? null : link.connection();
        draining = true;
        observation.beginDrain();
        try {
            return engine.drain(this);
        } finally {
            draining = false;
        }
    }

    /** Writes what was encoded, all at once; false if there was nothing. */
    boolean write(@Nullable ServerLink link) {
        if (buffer.isEmpty()) {
            return false;
        }
        TransportConnection open = link == null || sealed ? null : link.connection();
        if (open != null) {
            observation.sentBytes(buffer.size());
            owed.written(open);
            open.write(buffer.asByteBuffer());
        }
        buffer.clear();
        return open != null;
    }

    /** Forgets what was encoded for a connection that has ended. */
    void clear() {
        buffer.clear();
        owed.clear();
    }

    /** Whether the server does not take the answers that it has asked for. */
    boolean isOwedTooMuch(@Nullable TransportConnection open) {
        return owed.isTooMuch(open);
    }

    /** From now on nothing goes to the store or the server. */
    void seal() {
        sealed = true;
    }

    /** Whether the store has answered while the engine was drained, so that there may be more to do. */
    boolean tookAnswer() {
        boolean taken = answered;
        answered = false;
        return taken;
    }

    @Nullable
    List<Object> takeHandOver() {
        List<Object> items = handOver;
        handOver = null;
        return items;
    }

    int takeHandedOver() {
        int count = handedOver;
        handedOver = 0;
        return count;
    }

    long takeHandedOverBytes() {
        long bytes = handedOverBytes;
        handedOverBytes = 0;
        return bytes;
    }

    /** Hands something over to the dispatcher at the end of the turn. */
    void handOver(Object item) {
        items().add(item);
    }

    private void handOverFirst(Object item) {
        items().add(0, item);
    }

    private List<Object> items() {
        List<Object> items = handOver;
        if (items == null) {
            items = new ArrayList<>();
            handOver = items;
        }
        return items;
    }

    // --- for the engine

    @Override
    public void openConnection(Attempt attempt) {
        if (sealed) {
            return;
        }
        loop.openConnection(attempt);
    }

    @Override
    public void closeConnection() {
        loop.closeConnection();
    }

    @Override
    public boolean hasRoom() {
        TransportConnection open = connection;
        return open != null && buffer.size() < ROOM_BYTES && open.isWritable();
    }

    @Override
    public void send(ControlPacket packet) {
        ControlPacket fitting = encoder.shed(packet, limits.maximumPacketSizeBytes());
        int before = buffer.size();
        encoder.encode(fitting, buffer);
        if (isAcknowledgement(fitting.type())) {
            owed.encoded(buffer.size() - before);
        }
        observation.sent(fitting);
    }

    private static boolean isAcknowledgement(PacketType type) {
        return type == PacketType.PUBACK
                || type == PacketType.PUBREC
                || type == PacketType.PUBREL
                || type == PacketType.PUBCOMP;
    }

    private void encodeAcknowledgement(PacketType type, int packetIdentifier) {
        int before = buffer.size();
        encoder.encodeAck(type, packetIdentifier, buffer);
        owed.encoded(buffer.size() - before);
    }

    @Override
    public void sendPublish(OutboundMessage message, boolean duplicate) {
        observation.sentPublish(message, duplicate, encodePublish(message, duplicate));
        if (message.operation() instanceof MessageOperation operation) {
            operation.handleSent();
        }
    }

    /** Gives the alias that the packet has, or 0. */
    private int encodePublish(OutboundMessage outbound, boolean duplicate) {
        Message message = outbound.messageToSend(epochMillis);
        OutboundAliases table = aliases;
        // One that is sent again carries its topic [section 3.3.2.3.4].
        if (table == null || duplicate) {
            encoder.encodePublish(message, outbound.packetIdentifier(), duplicate, 0, buffer);
            return 0;
        }
        int known = table.find(message.topic());
        if (known != 0) {
            encoder.encodePublishByAlias(message, outbound.packetIdentifier(), known, buffer);
            return known;
        }
        int fresh = leavesRoomForAlias(message) ? table.assign(message.topic()) : 0;
        encoder.encodePublish(message, outbound.packetIdentifier(), false, fresh, buffer);
        return fresh;
    }

    private boolean leavesRoomForAlias(Message message) {
        long maximum = limits.maximumPacketSizeBytes();
        return maximum == ServerLimits.NONE.maximumPacketSizeBytes() || encoder.publishSizeBytes(message, 1) <= maximum;
    }

    @Override
    public void sendRelease(OutboundMessage message) {
        encodeAcknowledgement(PacketType.PUBREL, message.packetIdentifier());
        observation.sentAcknowledgement(PacketType.PUBREL, message.packetIdentifier());
        if (message.operation() instanceof MessageOperation operation) {
            operation.handleReleased();
        }
    }

    @Override
    public void sendAcknowledgement(PacketType type, int packetIdentifier) {
        encodeAcknowledgement(type, packetIdentifier);
        observation.sentAcknowledgement(type, packetIdentifier);
    }

    @Override
    public void append(ChangeBatch batch, long number) {
        if (sealed) {
            return;
        }
        SessionStore present = store;
        if (present == null) {
            throw new IllegalStateException("The engine writes although there is no store");
        }
        StoreAnswer answer = answers.isEmpty() ? new StoreAnswer() : answers.removeFirst();
        answer.begin(number, batch.size());
        awaitedAnswers++;
        present.append(batch, answer);
    }

    @Override
    public void readRecords(long fromKey, int limit) {
        if (sealed) {
            return;
        }
        StoreReader present = reader;
        if (present == null) {
            throw new IllegalStateException("The engine reads although there is no store");
        }
        present.read(
                fromKey,
                limit,
                records -> loop.submit(Command.of(() -> loop.engine().handleRecords(records))),
                failure -> loop.submit(Command.of(() -> loop.engine().handleReadFailure(failure, System.nanoTime()))));
    }

    @Override
    public void stored(OutboundMessage message) {
        if (message.operation() instanceof MessageOperation operation) {
            operation.handleStored();
        }
    }

    @Override
    public void completed(OutboundMessage message) {
        observation.completed(message);
        if (message.operation() instanceof MessageOperation operation) {
            operation.succeed(message.result());
        }
        if (reportsAll) {
            report(message, PublicationState.COMPLETED, message.result(), null);
        }
    }

    @Override
    public void failed(OutboundMessage message, PublishFailure kind, MqttException cause) {
        observation.failed(message, kind.name());
        PublicationState state = PublicationState.valueOf(kind.name());
        boolean unheard = message.operation() == null;
        if (message.operation() instanceof MessageOperation operation) {
            operation.fail(state, cause);
        }
        // What nobody awaits must not end badly without a word.
        if (reportsAll || unheard) {
            report(message, state, null, cause);
        }
    }

    /** The application was told of the end of a message before the engine knows it. */
    void timedOut(OutboundMessage message, MqttException cause) {
        if (reportsAll) {
            report(message, PublicationState.TIMED_OUT, null, cause);
        }
    }

    private void report(
            OutboundMessage message,
            PublicationState state,
            @Nullable PublishResult result,
            @Nullable MqttException cause) {
        if (message.operation() == PublishOperation.TOLD) {
            return;
        }
        handOver(new ClientEvent.PublicationEnded(
                message.message(),
                message.options().applicationKey(),
                state,
                Optional.ofNullable(result),
                Optional.ofNullable(cause)));
    }

    @Override
    public void deliver(InboundMessage message) {
        observation.handedOver(1);
        handedOver++;
        handedOverBytes += message.heldBytes();
        handOver(message);
    }

    @Override
    public void answered(Request request) {
        if (request.operation() instanceof RequestOperation operation) {
            if (!request.isSubscribe()) {
                // In front of what came with the answer or behind it.
                handOverFirst(
                        new HandlerEnd(request.endedFilters(), operation.handlersBefore(), request.lastDelivery()));
            }
            operation.answered(request);
        }
    }

    @Override
    public void unsubscribed(Request request) {
        if (request.operation() instanceof RequestOperation operation) {
            handOver(HandlerChange.removed(request.endedFilters(), operation.handlersBefore()));
        }
    }

    @Override
    public void requestFailed(Request request, MqttException cause) {
        if (request.operation() instanceof RequestOperation operation) {
            operation.fail(cause);
        }
    }

    @Override
    public void connected(ConnectResult result) {
        observation.connected(result.negotiated().clientIdentifier());
        limits = result.negotiated().server();
        int aliasMaximum = Math.min(aliasesToServer, limits.topicAliasMaximum());
        aliases = aliasMaximum == 0 ? null : new OutboundAliases(aliasMaximum);
        loop.status().connected(result);
        loop.handleAccepted();
        handOver(new ClientEvent.Connected(result));
    }

    @Override
    public void challenged(@Nullable Payload data) {
        Authenticator authenticator = loop.authenticator();
        if (authenticator != null) {
            authenticator.challenged(data);
        }
    }

    @Override
    public void reauthenticated(Diagnostics diagnostics) {
        Authenticator authenticator = loop.authenticator();
        if (authenticator != null) {
            authenticator.reauthenticated(diagnostics);
        }
    }

    @Override
    public void connectionLost(MqttException cause) {
        observation.connectionLost(cause);
        endAuthentication(cause);
        loop.status().connectionLost();
        handOver(new ClientEvent.ConnectionLost(cause));
    }

    private void endAuthentication(MqttException cause) {
        Authenticator authenticator = loop.authenticator();
        if (authenticator != null) {
            authenticator.handleConnectionEnd(cause);
        }
    }

    @Override
    public void reconnecting(long delayNanos) {
        handOver(new ClientEvent.Reconnecting(Duration.ofNanos(delayNanos)));
    }

    @Override
    public void stopped(MqttException cause) {
        observation.stopped(cause);
        endAuthentication(cause);
        loop.status().stopped(cause);
        handOver(new ClientEvent.Stopped(cause));
    }

    @Override
    public void sessionLost(int messagesInFlight) {
        handOver(new ClientEvent.SessionLost(messagesInFlight));
    }

    @Override
    public void resubscribed(SubscribeResult result) {
        handOver(new ClientEvent.Resubscribed(result));
    }

    @Override
    public void storeDamaged(String description) {
        handOver(new ClientEvent.StoreDamaged(description));
    }

    @Override
    public void storeFailed(StoreException cause) {
        handOver(new ClientEvent.StoreFailed(cause));
    }

    /** The store's answer to a batch; comes from any thread, also while the batch is being handed over. */
    private final class StoreAnswer extends Command implements AppendCompletion {

        private long number;
        private @Nullable StoreException failure;
        private int size;
        private int failuresBefore;
        private @Nullable Object event;

        void begin(long batchNumber, int changes) {
            number = batchNumber;
            size = changes;
            failuresBefore = failuresKnown;
            event = Observation.recorder().beginCommit();
            failure = null;
        }

        @Override
        public boolean isWanted() {
            return failuresBefore == failuresTold.get();
        }

        @Override
        public void appended() {
            Observation.recorder().endCommit(event, number, size, true);
            // Never past the answer to an earlier batch, which may be among the commands of the loop.
            if (draining && loop.eventLoop().inLoop() && awaitedAnswers == 1) {
                run();
                answered = true;
            } else {
                loop.submit(this);
            }
        }

        @Override
        public void failed(StoreException cause) {
            Observation.recorder().endCommit(event, number, size, false);
            failure = cause;
            failuresTold.incrementAndGet();
            loop.submit(this);
        }

        @Override
        public void run() {
            awaitedAnswers--;
            answers.addLast(this);
            StoreException cause = failure;
            if (cause == null) {
                loop.engine().handleStored(number);
            } else {
                failuresKnown++;
                loop.engine().handleStoreFailure(number, cause, System.nanoTime());
            }
        }
    }
}
