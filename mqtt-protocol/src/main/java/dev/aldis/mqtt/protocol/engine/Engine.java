package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of MQTT without any I/O. Used by one thread.
 *
 * <p>Theory of operation: {@code restore} fills the session from the store. After that the owner tells what happened and
 * what is wanted, in any order, and calls {@link #drain} at the end of each turn; only {@code drain} makes anything leave.
 * Time is {@code nowNanos}, any clock that only goes forward; {@code epochMillis} is the wall clock, used for nothing but
 * what records say.
 */
public final class Engine {

    /** With a Reason Code and nothing else. */
    private static final int DISCONNECT_BYTES = 3;

    private final EngineSettings settings;
    private final PacketSizes sizes;
    private final Residence residence;
    private final SessionState session = new SessionState();
    private final Notices notices = new Notices();
    private final StoreGate gate;
    private final Journal journal;
    private final Lifecycle lifecycle;
    private final PublishQueue queue;
    private final QueuePaging paging;
    private final QueueAge age;
    private final RateLimit rate = new RateLimit();
    private final StoreRetry storeRetry = new StoreRetry();
    private final OpenMessages openMessages;
    private final OutboundFlow outbound;
    private final InboundFlow inbound;
    private final SubscriptionFlow subscriptions;
    private final SessionRestore restore;
    private final Handshake handshake;
    private final OpenPackets openPackets;
    private final GateActions actions;
    private final Quiesce quiesce;
    private final Authentication authentication;
    private final Deque<ControlPacket> packets = new ArrayDeque<>();

    private @Nullable ConnectionState connection;
    private boolean readingPaused;

    /**
     * An engine without session.
     *
     * @param settings what it is made with
     * @param sizes how large packets are
     */
    public Engine(EngineSettings settings, PacketSizes sizes) {
        this(settings, sizes, Residence.DEFAULT);
    }

    /** An engine that holds so much of its queue in memory. */
    Engine(EngineSettings settings, PacketSizes sizes, Residence residence) {
        this.settings = settings;
        this.sizes = sizes;
        this.residence = residence;
        this.gate = new StoreGate(settings.journal());
        this.journal = new Journal(session, gate);
        this.openMessages = new OpenMessages(session, gate);
        this.lifecycle = new Lifecycle(settings, notices);
        PublishLimits publishLimits = new PublishLimits(sizes);
        this.age = new QueueAge(settings.queue());
        this.paging = new QueuePaging(residence, session, gate, journal, notices, age);
        Admission admission = new Admission(settings.limits(), settings.queue(), session, paging);
        this.queue = new PublishQueue(admission, age, session, gate, journal, notices, publishLimits, paging);
        this.outbound = new OutboundFlow(settings.limits(), session, gate, journal, queue, publishLimits, rate);
        this.inbound = new InboundFlow(settings, session, gate, journal, sizes);
        this.subscriptions = new SubscriptionFlow(session, gate, journal, notices, sizes);
        this.restore = new SessionRestore(session, journal);
        this.handshake = new Handshake(settings, session, gate, journal, notices, outbound, inbound, subscriptions);
        this.authentication = new Authentication(notices);
        this.openPackets = new OpenPackets(lifecycle, outbound, inbound, subscriptions, authentication);
        this.actions = new GateActions(lifecycle, paging, notices);
        this.quiesce = new Quiesce(session, subscriptions);
    }

    // --- what an earlier run has left

    /**
     * Reads what an earlier run has left, before anything else is called; tells what could not be read.
     *
     * @param storeDamaged whether the store has set records aside, so that some are missing
     */
    public List<String> restore(RecordSource source, boolean storeDamaged) {
        if (storeDamaged) {
            restore.storeWasDamaged();
        }
        return restore(source);
    }

    /** Reads what an earlier run has left in a store that is whole. */
    List<String> restore(RecordSource source) {
        long from = new RestoreScan(source, restore, session, residence).run();
        restore.finish();
        paging.restored(from, session.nextSequence);
        return restore.damages();
    }

    /** The checkpoints that were restored. */
    public Map<String, Payload> restoredCheckpoints() {
        return restore.checkpoints();
    }

    /** The messages of QoS 1 and 2 that are not complete and in memory, in the order in which they were accepted. */
    public List<OutboundMessage> pending() {
        return openMessages.pending();
    }

    /** Shows the messages of QoS 1 and 2 that are not complete, in memory or not; may end later than this method. */
    public void list(PendingVisitor visitor) {
        paging.list(visitor);
    }

    /** Nothing will be read any more. */
    public void endListings(MqttException cause) {
        paging.endListings(cause);
    }

    /** How many messages are not complete, in memory or only in the store. */
    public long outboundSize() {
        return session.outboundSize();
    }

    /** All messages in memory whose end has not been told: the pending ones, those of QoS 0, those whose end the store delays. */
    public List<OutboundMessage> untold() {
        return openMessages.untold();
    }

    // --- what the application wants

    /** Connect, and stay connected. */
    public void connect(long nowNanos) {
        inbound.deliverRestored();
        lifecycle.connect(nowNanos);
    }

    /** End the connection at once and stay without. */
    public void disconnect() {
        if (lifecycle.disconnect()) {
            sayGoodbye(Disconnect.of(ReasonCode.SUCCESS));
        }
    }

    /**
     * End the connection and stay without.
     *
     * @param packet what is said to the server
     * @param quiesceNanos how long to wait at most for what was published before
     * @param nowNanos the time
     */
    public void disconnect(Disconnect packet, long quiesceNanos, long nowNanos) {
        boolean open = openConnection() != null;
        if (!lifecycle.disconnect()) {
            return;
        }
        if (open && quiesceNanos > 0) {
            quiesce.begin(packet, nowNanos + quiesceNanos);
        } else {
            sayGoodbye(packet);
        }
    }

    private void sayGoodbye(Disconnect packet) {
        quiesce.end();
        ConnectionState open = openConnection();
        if (open != null) {
            inbound.acknowledge(open, identifier -> packets.add(PubAck.success(identifier)), packets::add);
            handshake.release(packets::add, queue.hasStoreFault());
            packets.add(packet);
        }
        lifecycle.closeAsAsked();
    }

    /** Answer the server's question in enhanced authentication; of no effect when the connection has ended. */
    public void answerChallenge(@Nullable Payload data) {
        Auth answer = authentication.answer(data);
        if (answer != null && lifecycle.isAlive()) {
            send(answer);
        }
    }

    /** Authenticate again; false if there is no connection, or it has no Authentication Method. */
    public boolean reauthenticate(@Nullable Payload data, long nowNanos) {
        Auth first = openConnection() == null
                ? null
                : authentication.beginAgain(
                        data, nowNanos + settings.connectTimeout().toNanos());
        if (first != null) {
            send(first);
        }
        return first != null;
    }

    private void send(Auth packet) {
        ConnectionState open = openConnection();
        int sizeBytes = open == null ? 0 : sizes.sizeBytes(packet, open.version);
        if (open != null && sizeBytes > open.limits.maximumPacketSizeBytes()) {
            failAuthentication(new ConnectionException(
                    "AUTH takes " + sizeBytes + " bytes and the server's Maximum Packet Size is "
                            + open.limits.maximumPacketSizeBytes() + " [MQTT-3.2.2-15]",
                    (Throwable) null));
        } else {
            packets.add(packet);
        }
    }

    /** Authentication has failed on this side: end the connection. */
    public void failAuthentication(MqttException cause) {
        if (lifecycle.phase() == ConnectionPhase.CLOSING) {
            return;
        }
        if (openConnection() != null) {
            packets.add(Disconnect.of(ReasonCode.UNSPECIFIED_ERROR));
        }
        lifecycle.close(cause);
    }

    /** Publish a message; the output tells its fate. */
    public void publish(OutboundMessage message) {
        queue.publish(message, openConnection());
    }

    /** Publish a message for which there is room, as was made sure before. */
    public void publishReserved(OutboundMessage message) {
        queue.publishReserved(message, openConnection());
    }

    /** Send no faster than this. */
    public void publishRate(PublishRate value) {
        rate.set(value);
    }

    /** End a message whose time is over, if it has not been sent; false if it has. */
    public boolean timeOut(OutboundMessage message) {
        return queue.timeOut(message);
    }

    /** Cancel a message; false if it is too late. */
    public boolean cancel(OutboundMessage message) {
        return queue.cancel(message);
    }

    /** Subscribe or unsubscribe; the output tells the answer. */
    public void submit(Request request) {
        subscriptions.submit(request, openConnection(), handshake::send);
    }

    /** The application has taken a message. */
    public void accept(InboundMessage message) {
        inbound.accept(message, openConnection());
    }

    /** The application does not take a message. */
    public void refuse(InboundMessage message, Refusal refusal) {
        inbound.refuse(message, refusal, openConnection());
    }

    /** How many messages of QoS 1 and 2 are between PUBLISH and their last acknowledgement. */
    public int inFlight() {
        return session.inFlight.size();
    }

    /** How many messages wait to be sent. */
    public int queuedMessages() {
        return (int) Math.min(Integer.MAX_VALUE, session.outboundSize() - session.inFlight.size());
    }

    /** How many bytes of payload wait or are in flight. */
    public long queuedBytes() {
        return session.outboundBytes();
    }

    /** Whether more answers to the server, or bytes of messages from it, than these wait for the store or {@link #drain}. */
    public boolean isBehind(int answers, long messageBytes) {
        return gate.answers() > answers || gate.undeliveredBytes() > messageBytes;
    }

    /** Whether there is no connection, and none is being made or waited for. */
    public boolean isIdle() {
        return lifecycle.phase() == ConnectionPhase.IDLE;
    }

    /** Whether nothing waits for the store, or nothing can be written at present. */
    public boolean isStoreQuiet() {
        return gate.isQuiet() || storeRetry.isWaiting();
    }

    private @Nullable ConnectionState openConnection() {
        return lifecycle.phase() == ConnectionPhase.OPEN ? connection : null;
    }

    // --- what happened

    /** The transport is connected. */
    public void handleConnected() {
        handleConnected(settings.connect());
    }

    /** The transport is connected, and this attempt says what is given here. */
    public void handleConnected(Connect connect) {
        if (lifecycle.phase() != ConnectionPhase.OPENING) {
            return;
        }
        lifecycle.handleTransportOpen();
        handshake.begin(connect);
        authentication.begin(connect.properties().authentication());
    }

    /** The transport has ended. */
    public void handleClosed(@Nullable Throwable cause, long nowNanos) {
        if (!lifecycle.hasTransport()) {
            return; // It was told already.
        }
        connection = null;
        packets.clear();
        quiesce.end();
        authentication.end();
        handshake.handleClosed();
        actions.handleClosed();
        readingPaused = false;
        MqttException reason = lifecycle.handleTransportClosed(cause, nowNanos);
        subscriptions.handleConnectionEnd(reason);
    }

    /** The decoder refused what the server sent. */
    public void handleViolation(PeerViolation violation) {
        if (lifecycle.phase() == ConnectionPhase.CLOSING) {
            return;
        }
        ConnectionState open = openConnection();
        if (open != null && open.version == ProtocolVersion.MQTT_5) {
            packets.add(Disconnect.of(violation.reasonCode()));
        }
        if (lifecycle.phase() == ConnectionPhase.AWAITING_CONNACK
                && violation.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
            handshake.handleUnsupportedVersion();
            lifecycle.close(new ConnectionException(
                    "The server refused the connection: " + violation.description(), violation.reasonCode()));
            return;
        }
        lifecycle.close(Lifecycle.violation(violation));
    }

    /** Packets that {@link #drain} asked to be sent have been written. */
    public void handleSent(long nowNanos) {
        if (connection != null) {
            connection.keepAlive.handleSent(nowNanos);
        }
    }

    /** Reading from the server is paused or goes on. */
    public void handleReadingPaused(boolean paused, long nowNanos) {
        readingPaused = paused;
        if (connection != null) {
            connection.keepAlive.suspend(paused, nowNanos);
        }
    }

    /** A packet came from the server. */
    public void handlePacket(ControlPacket packet, long nowNanos, long epochMillis) {
        try {
            ConnectionState open = openConnection();
            if (open != null) {
                open.keepAlive.handleReceived(nowNanos);
                openPackets.handle(packet, open, epochMillis);
            } else if (lifecycle.phase() == ConnectionPhase.AWAITING_CONNACK) {
                handleAnswer(packet, nowNanos);
            }
            // Otherwise the connection is being closed, and what still arrives has no meaning.
        } catch (PeerViolation violation) {
            handleViolation(violation);
        }
    }

    private void handleAnswer(ControlPacket packet, long nowNanos) throws PeerViolation {
        if (!handshake.isBegun()) {
            throw openPackets.unexpected(packet.type());
        }
        if (packet instanceof ConnAck connAck) {
            handleConnAck(connAck, nowNanos);
        } else if (packet instanceof Auth auth) {
            authentication.handleAuth(auth, false);
        } else {
            throw openPackets.unexpected(packet.type());
        }
    }

    /** A PUBACK, PUBREC, PUBREL or PUBCOMP came from the server that says success and no more. */
    public void handleSuccess(PacketType type, int packetIdentifier, long nowNanos) {
        try {
            ConnectionState open = openConnection();
            if (open != null) {
                open.keepAlive.handleReceived(nowNanos);
                openPackets.handleSuccess(type, packetIdentifier, open);
            } else if (lifecycle.phase() == ConnectionPhase.AWAITING_CONNACK) {
                throw openPackets.unexpected(type);
            }
        } catch (PeerViolation violation) {
            handleViolation(violation);
        }
    }

    private void handleConnAck(ConnAck packet, long nowNanos) throws PeerViolation {
        if (packet.reasonCode().isError()) {
            lifecycle.handleReference(packet.properties().serverReference());
            lifecycle.close(handshake.refuse(packet));
            return;
        }
        authentication.handleConnAck(packet.properties().authentication());
        long largest = packet.properties().limits().maximumPacketSizeBytes();
        if (largest < ConnectionState.SHORTEST_ACKNOWLEDGEMENT_BYTES) {
            leave(largest);
            return;
        }
        ConnectionState open = handshake.accept(packet, lifecycle.connectionNumber(), nowNanos);
        open.keepAlive.suspend(readingPaused, nowNanos);
        connection = open;
        lifecycle.handleAccepted(nowNanos);
    }

    /** Nothing could be acknowledged, nor published or subscribed to. */
    private void leave(long largestBytes) {
        if (largestBytes >= DISCONNECT_BYTES) {
            packets.add(Disconnect.of(ReasonCode.PACKET_TOO_LARGE));
        }
        lifecycle.close(new ConnectionException(
                "The server takes packets of " + largestBytes + " bytes at most, and an acknowledgement has "
                        + ConnectionState.SHORTEST_ACKNOWLEDGEMENT_BYTES
                        + " [MQTT-3.2.2-15]: raise the Maximum Packet Size of the server",
                ReasonCode.PACKET_TOO_LARGE));
    }

    /** A batch is durable. */
    public void handleStored(long number) {
        if (gate.dropTakenBack(number)) {
            return;
        }
        gate.handleStored(number);
    }

    /** A batch was not applied. What it held of messages not yet confirmed is refused; the rest is tried again. */
    public void handleStoreFailure(long number, StoreException cause, long nowNanos) {
        if (gate.dropTakenBack(number)) {
            return;
        }
        long from = queue.handleStoreFailure(cause, openConnection());
        gate.handleFailure(number, key -> StoreRetry.isGivenUp(key, from));
        storeRetry.handleFailure(nowNanos);
        notices.add(output -> output.storeFailed(cause));
        ConnectionState open = openConnection();
        if (open != null && open.version == ProtocolVersion.MQTT_3_1_1 && gate.holdsAnswer(open.number)) {
            // MQTT 5.0 no longer asks for it.
            lifecycle.close(new ConnectionException(
                    "A packet of the server could not be handled, since the store cannot write: " + cause.getMessage()
                            + " [MQTT-4.8.0-2]",
                    cause));
        }
    }

    /** The records that the output was asked to read. */
    public void handleRecords(List<StoredRecord> records) {
        paging.handleRecords(records);
    }

    /** The records that the output was asked to read cannot be read at present; they are asked for again later. */
    public void handleReadFailure(StoreException cause, long nowNanos) {
        paging.handleReadFailure(cause, nowNanos);
        notices.add(output -> output.storeFailed(cause));
    }

    /** What the wall clock says, for what expires; without it nothing does. */
    public void handleClock(long nowNanos, long epochMillis) {
        age.handleClock(nowNanos, epochMillis);
    }

    /** Time has passed. */
    public void handleTime(long nowNanos) {
        lifecycle.handleTime(nowNanos);
        paging.handleTime(nowNanos);
        rate.handleTime(nowNanos);
        if (storeRetry.handleTime(nowNanos)) {
            queue.clearStoreFault();
        }
        ConnectionState open = openConnection();
        if (open == null) {
            return;
        }
        Disconnect goodbye = quiesce.waiting();
        if (goodbye != null && nowNanos - quiesce.deadlineNanos() >= 0) {
            sayGoodbye(goodbye);
            return;
        }
        if (authentication.deadlineNanos() != KeepAlive.NEVER && nowNanos - authentication.deadlineNanos() >= 0) {
            failAuthentication(new ConnectionException(
                    "Authenticating again took longer than " + settings.connectTimeout(), (Throwable) null));
            return;
        }
        switch (open.keepAlive.due(nowNanos)) {
            case NOTHING -> {}
            case PING -> {
                packets.add(PingReq.INSTANCE);
                open.keepAlive.handlePingSent(nowNanos);
            }
            case SERVER_GONE ->
                lifecycle.close(new ConnectionException(
                        "The server did not answer PINGREQ: the link or the server is gone", (Throwable) null));
        }
    }

    /** When {@link #handleTime} is to be called at the latest; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        ConnectionState open = openConnection();
        long deadline = open == null ? lifecycle.deadlineNanos() : deadlineNanos(open);
        deadline = earlier(earlier(deadline, storeRetry.deadlineNanos()), paging.deadlineNanos());
        return earlier(deadline, earlier(rate.deadlineNanos(), age.deadlineNanos()));
    }

    /** Of what ends with the connection; while it is being closed nobody would act on it. */
    private long deadlineNanos(ConnectionState open) {
        return earlier(
                open.keepAlive.deadlineNanos(), earlier(authentication.deadlineNanos(), quiesce.deadlineNanos()));
    }

    private static long earlier(long a, long b) {
        if (a == KeepAlive.NEVER || b == KeepAlive.NEVER) {
            return a == KeepAlive.NEVER ? b : a;
        }
        return a - b < 0 ? a : b;
    }

    // --- what must be done

    /**
     * Says what must be done now.
     *
     * @return true if something is left only because there was no room for it
     */
    public boolean drain(EngineOutput target) {
        actions.begin(target);
        Disconnect goodbye = quiesce.waiting();
        if (goodbye != null && quiesce.isOver(isStoreQuiet())) {
            sayGoodbye(goodbye);
        }
        sendPackets(target);
        ConnectionState open = openConnection();
        boolean waiting = outbound.pump(open, target);
        if (!storeRetry.isWaiting() && gate.isReadyToAppend()) {
            target.append(gate.take(), gate.takenNumber());
        }
        if (lifecycle.isAlive()) {
            handshake.release(target::send, queue.hasStoreFault());
        }
        gate.release(actions);
        if (open != null) {
            inbound.acknowledge(
                    open, identifier -> target.sendAcknowledgement(PacketType.PUBACK, identifier), target::send);
        }
        inbound.deliver(target);
        if (paging.beginRead()) {
            target.readRecords(paging.readFrom(), paging.readLimit());
        }
        notices.drain(target);
        return waiting || actions.isWaiting();
    }

    private void sendPackets(EngineOutput target) {
        for (ControlPacket packet = packets.poll(); packet != null; packet = packets.poll()) {
            target.send(packet);
        }
    }
}
