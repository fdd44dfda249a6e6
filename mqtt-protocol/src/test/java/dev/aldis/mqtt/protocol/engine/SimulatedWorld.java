package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
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
    private final WorldBounds bounds;
    private final ModelStore store = new ModelStore();
    private final Ledger ledger = new Ledger();
    private final ServerChoices choices;
    private final WorldNetwork network;
    private final StoredBeforeSent stored = new StoredBeforeSent(store);
    private final SimulatedApplication application;
    private final PacketEncoder sizes;
    private final PacketSink atClient;

    private Engine engine;
    private WorldOutput output;
    private boolean storeFails;
    private boolean storeIsFull;
    private boolean wantsConnection;
    private int nextInbound;
    private long nowNanos = 1_000_000_000_000L;

    /** The wall clock when {@code nowNanos} is 0; it can be set. */
    private long epochMillisAtZero = 1_700_000_000_000L;

    private boolean wallClockStands;

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
        this.bounds = new WorldBounds(this, residence);
        this.choices = new ServerChoices(settings.version(), settings.window());
        this.network = new WorldNetwork(settings, choices, ledger);
        this.application = new SimulatedApplication(settings, ledger);
        this.sizes = new PacketEncoder(settings.version());
        this.atClient = new ClientEnd(this);
        this.output = new WorldOutput(this);
        this.engine = start();
    }

    private Engine start() {
        output = new WorldOutput(this);
        Engine fresh = new Engine(settings.engineSettings(), (packet, version) -> sizes.sizeBytes(packet), residence);
        read = null;
        engine = fresh;
        List<String> damages = fresh.restore(store::scan);
        if (!damages.isEmpty()) {
            throw new AssertionError("The store is damaged: " + damages);
        }
        bounds.restarted(fresh);
        application.restart(fresh);
        conduct().handleRestart();
        wantsConnection = true;
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

    WorldNetwork network() {
        return network;
    }

    SimulatedServer server() {
        return network.server();
    }

    WorldSettings settings() {
        return settings;
    }

    ServerChoices choices() {
        return choices;
    }

    ClientConduct conduct() {
        return network.conduct();
    }

    Engine engine() {
        return engine;
    }

    long nowNanos() {
        return nowNanos;
    }

    long epochMillis() {
        return epochMillisAtZero + (wallClockStands ? 0 : nowNanos / 1_000_000);
    }

    /** From the start on the wall clock says the same. */
    void stopWallClock() {
        wallClockStands = true;
    }

    ModelStore store() {
        return store;
    }

    StoredBeforeSent stored() {
        return stored;
    }

    // --- what can happen

    boolean isPossible(Event event) {
        return switch (event) {
            case STORE_ANSWERS -> store.isUnderWay();
            case STORE_IS_READ -> read != null;
            case CLIENT_RECEIVES -> network.canArriveAtClient();
            case SERVER_RECEIVES -> network.canArriveAtServer();
            case APPLICATION_ACCEPTS -> application.canAccept();
            case APPLICATION_PUBLISHES -> application.canPublish();
            case SERVER_PUBLISHES -> nextInbound < settings.inbound().size() && server().isSubscribed();
            case TRANSPORT_CONNECTS -> network.canConnect();
            case TRANSPORT_CLOSES -> network.canClose();
            case TIME_PASSES -> engine.deadlineNanos() != Long.MAX_VALUE;
        };
    }

    /** Lets something happen, and the client do its turn. */
    void happen(Event event) {
        Trace.line(event);
        switch (event) {
            case STORE_ANSWERS -> answerOfStore();
            case STORE_IS_READ -> {
                List<StoredRecord> records = read;
                read = null;
                engine.handleRecords(records == null ? List.of() : records);
            }
            case CLIENT_RECEIVES -> arriveAtClient();
            case SERVER_RECEIVES -> network.arriveAtServer();
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
        conduct().checkTime(nowNanos);
        conduct().checkReceiveMaximum();
        bounds.check();
    }

    private void answerOfStore() {
        if (storeIsFull || store.isDoomed()) {
            failStore();
            return;
        }
        long number = store.confirm();
        ledger.durable(number);
        bounds.checkStore();
        storeFails = false;
        engine.handleStored(number);
    }

    private void arriveAtClient() {
        PeerViolation violation = network.arriveAtClient(atClient);
        if (violation != null) {
            if (choices.isHonest()) {
                throw new AssertionError("The client cannot read what the server wrote", violation);
            }
            engine.handleViolation(violation);
        }
    }

    /** The client does what it has to. */
    void turn() {
        WorldOutput present = output;
        if (!present.isDead()) {
            application.look();
            engine.handleClock(nowNanos, epochMillis());
            if (present.drain(engine) && present.hasRoom() && !present.isFaulty()) {
                throw new AssertionError("Something waits for room, of which there is enough");
            }
            if (network.hasWritten()) {
                engine.handleSent(nowNanos);
            }
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
        Message message = Ledger.named(settings.inbound().get(number), "in-" + number, settings.sameContent());
        ledger.offered(message);
        server().publish(message);
    }

    private void connectTransport() {
        network.connect();
        engine.handleConnected();
    }

    private void closeTransport() {
        network.end();
        engine.handleClosed(null, nowNanos);
    }

    // --- what goes wrong

    /** A fault comes now. */
    void strike(Fault due) {
        Trace.line(due);
        if (due.writesArrive()) {
            network.arriveBeforeEnd();
        }
        boolean wasBusy = network.isBusy();
        network.end();
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
        } else if (wasBusy) {
            engine.handleClosed(new IOException("cut"), nowNanos);
            turn();
        }
    }

    /** Time passes in which the process is not given the processor. */
    void stall(long nanos) {
        Trace.line("The process stalls");
        nowNanos += nanos;
        conduct().excuse(nowNanos);
    }

    /** Somebody sets the wall clock of the machine, forward or back. */
    void setClock(long changeMillis) {
        Trace.line("The wall clock is set by " + changeMillis + " ms");
        epochMillisAtZero += changeMillis;
        turn();
    }

    void setStoreFull(boolean value) {
        storeIsFull = value;
    }

    /** The application closes the client in good order, and starts it again. */
    void restart() {
        Trace.line("The application closes the client");
        Engine closing = engine;
        disconnect();
        while (!(engine.isIdle() && engine.isStoreQuiet())) {
            Event next = firstPossible(
                    List.of(Event.STORE_ANSWERS, Event.SERVER_RECEIVES, Event.TRANSPORT_CLOSES, Event.TIME_PASSES));
            if (next == null) {
                throw new AssertionError("The client does not close");
            }
            happen(next);
            if (engine != closing) {
                return; // It has died on the way.
            }
        }
        application.checkClosing(engine);
        store.crash(false);
        storeFails = false;
        ledger.restarted();
        engine = start();
        turn();
    }

    /** The application ends the connection. */
    void disconnect() {
        Trace.line("The application disconnects");
        wantsConnection = false;
        engine.disconnect();
        turn();
    }

    boolean wantsConnection() {
        return wantsConnection;
    }

    /** The application wants a connection. */
    void connect() {
        Trace.line("The application connects");
        wantsConnection = true;
        engine.connect(nowNanos);
        turn();
    }

    /** The application changes its mind, or wants something on the side. */
    void ask(IntUnaryOperator choice) {
        if (choice.applyAsInt(2) == 0) {
            application.cancel(engine, choice);
        } else {
            application.request(engine, choice);
        }
        turn();
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
        wantsConnection = true;
        engine.disconnect();
        engine.connect(nowNanos);
        turn();
    }

    /** The server forgets everything it knows of the client, which is not connected. */
    void loseSession() {
        Trace.line("The server loses the session");
        server().loseSession();
    }

    void read(long fromKey, int limit) {
        reads++;
        read = store.scan(fromKey, limit);
    }

    void connected() {
        if (application.wantsToSubscribe()) {
            output.afterDrain(() -> application.subscribe(engine));
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
        for (int i = 0; i < 20_000; i++) {
            Event next = firstPossible(order);
            if (next == null && application.isWaiting()) {
                application.waited();
                continue;
            }
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

    boolean isAtRest() {
        return server().isConnected()
                && server().isQuiet()
                && !network.isHalfOpen()
                && !storeFails
                && engine.outboundSize() == 0
                && application.hasPublishedAll();
    }

    /** The server forgets what it and the client have made of each other, and follows the standard from now on. */
    void reform() {
        strike(Fault.CUT);
        server().loseSession();
        conduct().forgetSession();
        choices.reform();
        connect();
    }

    /** From now on something is sent that no server may send. */
    void loseHonesty() {
        choices.loseHonesty();
        ledger.close();
        conduct().handleContradictions();
    }
}
