package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client process with its application and store, a link and a server, in which nothing happens by itself: a test says what
 * happens next.
 */
final class SimulatedWorld {

    /** What can happen. */
    enum Event {
        STORE_ANSWERS,
        STORE_IS_READ,
        CLIENT_RECEIVES,
        SERVER_RECEIVES,
        APPLICATION_ACCEPTS,
        APPLICATION_PUBLISHES,
        SERVER_PUBLISHES,
        TRANSPORT_CONNECTS,
        TRANSPORT_CLOSES,
        TIME_PASSES
    }

    private final WorldSettings settings;
    private final Residence residence;
    private final ModelStore store = new ModelStore();
    private final Ledger ledger = new Ledger();
    private final Deque<ControlPacket> toServer = new ArrayDeque<>();
    private final Deque<ControlPacket> toClient = new ArrayDeque<>();
    private final SimulatedServer server;
    private final StoredBeforeSent stored = new StoredBeforeSent(store);
    private final SimulatedApplication application;

    private Engine engine;
    private WorldOutput output;
    private boolean opening;
    private boolean linked;
    private boolean closing;
    private boolean storeFails;
    private int nextInbound;
    private long nowNanos = 1_000_000_000_000L;

    /** Counts each event and each single thing that the engine asks for, so that a fault can be put behind any of them. */
    private int instants;

    /** What was read and not yet handed to the engine: as old as it may be. */
    private @Nullable List<StoredRecord> read;

    private int reads;

    private final TreeMap<Integer, Fault> faults = new TreeMap<>();
    private boolean sessionIsLostWithNextFault;

    SimulatedWorld(WorldSettings settings) {
        this(settings, Residence.DEFAULT);
    }

    /** A world whose client holds so much of its queue in memory. */
    SimulatedWorld(WorldSettings settings, Residence residence) {
        this.settings = settings;
        this.residence = residence;
        this.server = new SimulatedServer(settings.version(), settings.window(), ledger, toClient::addLast);
        this.application = new SimulatedApplication(settings, ledger);
        this.output = new WorldOutput(this);
        this.engine = start();
    }

    private Engine start() {
        output = new WorldOutput(this);
        Engine fresh = new Engine(settings.engineSettings(), (packet, version) -> 0, residence);
        read = null;
        engine = fresh;
        List<String> damages = fresh.restore(store::scan);
        if (!damages.isEmpty()) {
            throw new AssertionError("The store is damaged: " + damages);
        }
        application.restart(fresh);
        fresh.connect(nowNanos);
        return fresh;
    }

    /** Puts a fault behind an instant. */
    void plan(int instant, Fault fault) {
        faults.put(instant, fault);
    }

    /** Lets the server lose the session while the client is away because of the next fault. */
    void loseSessionWithNextFault() {
        sessionIsLostWithNextFault = true;
    }

    SimulatedApplication application() {
        return application;
    }

    int instants() {
        return instants;
    }

    /** How often the engine asked for records after its start. */
    int reads() {
        return reads;
    }

    Ledger ledger() {
        return ledger;
    }

    SimulatedServer server() {
        return server;
    }

    WorldSettings settings() {
        return settings;
    }

    StoredBeforeSent stored() {
        return stored;
    }

    // --- what can happen

    boolean isPossible(Event event) {
        return switch (event) {
            case STORE_ANSWERS -> store.isUnderWay();
            case STORE_IS_READ -> read != null;
            case CLIENT_RECEIVES -> linked && !toClient.isEmpty();
            case SERVER_RECEIVES -> linked && !toServer.isEmpty();
            case APPLICATION_ACCEPTS -> application.canAccept();
            case APPLICATION_PUBLISHES -> application.canPublish();
            case SERVER_PUBLISHES -> nextInbound < settings.inbound().size() && server.isSubscribed();
            case TRANSPORT_CONNECTS -> opening;
            case TRANSPORT_CLOSES -> closing && toServer.isEmpty();
            case TIME_PASSES -> engine.deadlineNanos() != Long.MAX_VALUE;
        };
    }

    /** Lets something happen, and the client do its turn. */
    void happen(Event event) {
        Trace.line(event);
        switch (event) {
            case STORE_ANSWERS -> {
                long number = store.confirm();
                ledger.durable(number);
                storeFails = false;
                engine.handleStored(number);
            }
            case STORE_IS_READ -> {
                List<StoredRecord> records = read;
                read = null;
                engine.handleRecords(records == null ? List.of() : records);
            }
            case CLIENT_RECEIVES -> {
                ControlPacket packet = toClient.removeFirst();
                Trace.line("  to client", packet);
                Arrival.handle(engine, packet, nowNanos, 0);
            }
            case SERVER_RECEIVES -> server.handlePacket(toServer.removeFirst());
            case APPLICATION_ACCEPTS -> application.accept(engine, store.numberAppended() + 1);
            case APPLICATION_PUBLISHES -> application.publish(engine);
            case SERVER_PUBLISHES -> publishToClient();
            case TRANSPORT_CONNECTS -> connectTransport();
            case TRANSPORT_CLOSES -> closeTransport();
            case TIME_PASSES -> {
                application.waited();
                nowNanos = Math.max(nowNanos, engine.deadlineNanos());
                engine.handleTime(nowNanos);
            }
        }
        instant();
        turn();
    }

    private void turn() {
        WorldOutput present = output;
        if (!present.isDead()) {
            if (present.drain(engine) && present.hasRoom() && !present.isFaulty()) {
                throw new AssertionError("Something waits for room, of which there is enough");
            }
            engine.handleSent(nowNanos);
        }
        Fault due = present.takeFault();
        if (due != null) {
            strike(due);
        }
    }

    /** Something has happened; gives the fault that comes now. */
    void instant() {
        Fault due = faults.get(instants++);
        if (due != null) {
            output.fail(due);
        }
    }

    private void publishToClient() {
        int number = nextInbound++;
        Message message = Message.of("to/client", settings.inbound().get(number), "in-" + number);
        ledger.offered(message);
        server.publish(message);
    }

    private void connectTransport() {
        opening = false;
        linked = true;
        toServer.clear();
        toClient.clear();
        server.handleConnected();
        engine.handleConnected();
    }

    private void closeTransport() {
        closing = false;
        unlink();
        engine.handleClosed(null, nowNanos);
    }

    private void unlink() {
        if (linked) {
            server.handleClosed();
        }
        linked = false;
        opening = false;
        toServer.clear();
        toClient.clear();
    }

    // --- what goes wrong

    /** A fault comes now. */
    void strike(Fault due) {
        Trace.line(due);
        if (due.writesArrive() && linked) {
            while (!toServer.isEmpty()) {
                server.handlePacket(toServer.removeFirst());
            }
        }
        boolean wasOpen = linked || opening || closing;
        unlink();
        closing = false;
        if (sessionIsLostWithNextFault) {
            sessionIsLostWithNextFault = false;
            loseSession();
        }
        if (due.isCrash()) {
            store.crash(due.batchSurvives());
            storeFails = false;
            ledger.restarted();
            engine = start();
            turn();
        } else if (wasOpen) {
            engine.handleClosed(new IOException("cut"), nowNanos);
            turn();
        }
    }

    /** The store cannot write the batch that is under way. */
    void failStore() {
        if (store.isUnderWay()) {
            Trace.line("The store fails");
            storeFails = true;
            engine.handleStoreFailure(store.refuse(), new StoreException("full", (Throwable) null), nowNanos);
            turn();
        }
    }

    /** The application ends the connection and at once asks for another. */
    void reconnect() {
        Trace.line("The application connects anew");
        engine.disconnect();
        engine.connect(nowNanos);
        turn();
    }

    /** The server forgets everything it knows of the client, which is not connected. */
    void loseSession() {
        Trace.line("The server loses the session");
        server.loseSession();
    }

    boolean isLinked() {
        return linked;
    }

    // --- what the engine asks for

    void openConnection() {
        opening = true;
    }

    void closeConnection() {
        if (linked) {
            closing = true;
        } else {
            opening = false;
            closing = true;
        }
    }

    void read(long fromKey, int limit) {
        reads++;
        read = store.scan(fromKey, limit);
    }

    boolean hasRoom() {
        return toServer.size() < settings.room();
    }

    void send(ControlPacket packet) {
        Trace.line("  from client", packet);
        if (linked) {
            toServer.addLast(packet);
        }
    }

    ModelStore store() {
        return store;
    }

    void connected() {
        if (application.wantsToSubscribe()) {
            output.afterDrain(() -> engine.submit(SimulatedApplication.subscribe()));
        }
    }

    // --- the end

    /** Lets everything come to rest. */
    void settle() {
        run(List.of());
    }

    /** Lets happen what can, the first events first, until everything has come to rest. */
    void run(List<Event> first) {
        List<Event> order = new ArrayList<>(first);
        order.addAll(List.of(Event.values()));
        turn();
        for (int i = 0; i < 100_000; i++) {
            Event next = firstPossible(order);
            if (next == null || (next == Event.TIME_PASSES && isAtRest())) {
                return;
            }
            happen(next);
        }
        throw new AssertionError("The world does not come to rest");
    }

    @Nullable
    Event firstPossible(List<Event> order) {
        for (Event event : order) {
            if (isPossible(event)) {
                return event;
            }
        }
        return null;
    }

    private boolean isAtRest() {
        return server.isConnected()
                && server.isQuiet()
                && !storeFails
                && engine.outboundSize() == 0
                && application.hasPublishedAll();
    }

    /** What must hold in each world when it has come to rest. */
    void checkPromises(boolean sessionsAreKept) {
        if (!isAtRest() || !server.isSubscribed()) {
            throw new AssertionError("At the end: connected " + server.isConnected() + ", subscribed "
                    + server.isSubscribed() + ", server quiet " + server.isQuiet() + ", pending "
                    + engine.outboundSize());
        }
        ledger.checkReceived();
        ledger.checkOrderOfArrival();
        application.checkArrivals(sessionsAreKept);
        checkStore(sessionsAreKept);
    }

    private static boolean isDecided(StoredRecord left) {
        return left.kind() == RecordKind.ACCEPTED.number() || left.kind() == RecordKind.REFUSED.number();
    }

    /**
     * Nothing is left in the store but what describes the session. An identifier that is in doubt may stay, until the server
     * uses it again.
     */
    private void checkStore(boolean sessionsAreKept) {
        for (StoredRecord left : store.records()) {
            boolean expected = left.kind() == RecordKind.META.number()
                    || left.kind() == RecordKind.CHECKPOINT.number()
                    || (isDecided(left) && !sessionsAreKept);
            if (!expected) {
                throw new AssertionError("Left in the store: " + RecordText.of(left));
            }
        }
    }
}
