package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.protocol.engine.Attempt;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that joins engine, store and transport.
 *
 * <p>Bytes are decoded as they arrive and go into the engine at once; everything that leaves waits for the turn, which the
 * event loop runs after them: commands → engine → one append, one write, one hand-over, the next deadline. So batches come
 * from the load itself; an idle client answers at once.
 *
 * <p>Everything but {@link #submit} and the accessors is called on the event loop.
 */
final class ClientLoop {

    private static final System.Logger LOGGER = System.getLogger(ClientLoop.class.getName());

    /** A callback of the application that takes longer on the loop holds up everybody on it, and is reported. */
    private static final long SLOW_TURN_NANOS = 1_000_000_000L;

    private final Completions completions;
    private final EventLoop eventLoop;
    private final Engine engine;
    private final ClientResources resources;
    private final ClientStatus status;
    private final LoopOutput output;
    private final DispatcherReports reports = new DispatcherReports(this);
    private final Dispatcher dispatcher;
    private final CommandQueue commands = new CommandQueue();
    private final Runnable turn = this::turn;
    private final ReadingControl reading;
    private final PublishRoom room;
    private final Connector connector;
    private final @Nullable Authenticator authenticator;
    private @Nullable Requests requests;
    private final @Nullable StatisticsTimer statisticsTimer;
    private final Observation observation;
    private final DecisionPoll decisionPoll;
    private final Inboxes inboxes;
    private final TurnTimer timer;

    /** The commands of this turn that have not run to their end. */
    private @Nullable QueueNode burst;

    private boolean turnScheduled;
    private @Nullable ServerLink link;
    private volatile @Nullable Closing closing;
    private EventLoop.@Nullable Timer lastTurn;

    /** Nothing is done any more: the store is being closed, or is, while others may use the event loop still. */
    private boolean ended;

    ClientLoop(
            ClientConfiguration configuration,
            Engine engine,
            ClientResources resources,
            Completions completions,
            ClientStatus status) {
        this.engine = engine;
        this.resources = resources;
        this.status = status;
        this.completions = completions;
        this.eventLoop = completions.eventLoop();
        this.observation = new Observation(configuration);
        this.output = new LoopOutput(
                this,
                resources,
                observation,
                configuration.observation().publicationsReported(),
                configuration.topicAliasesToServer());
        this.dispatcher = new Dispatcher(
                resources.handlerExecutor(), configuration, new Refusals(configuration, status), reports);
        ObservationOptions told = configuration.observation();
        Consumer<ClientStatistics> listener = told.statisticsListener().orElse(null);
        this.statisticsTimer = listener == null
                ? null
                : new StatisticsTimer(
                        eventLoop,
                        resources.handlerExecutor(),
                        observation::statistics,
                        listener,
                        told.statisticsInterval());
        this.authenticator = configuration
                .enhancedAuthentication()
                .map(authentication -> new Authenticator(this, authentication))
                .orElse(null);
        this.connector = new Connector(this, configuration, resources, authenticator);
        this.room = new PublishRoom(
                configuration.limits(), configuration.queuePolicy().overflow());
        engine.publishRate(configuration.publishRate());
        this.reading = new ReadingControl(configuration.limits(), engine);
        this.decisionPoll = new DecisionPoll(eventLoop, dispatcher::isBusy, turn);
        this.timer = new TurnTimer(eventLoop, turn);
        this.inboxes = new Inboxes(this, dispatcher.executor(), reading.highMarkBytes());
    }

    Engine engine() {
        return engine;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    Completions completions() {
        return completions;
    }

    ClientStatus status() {
        return status;
    }

    Observation observation() {
        return observation;
    }

    PublishRoom room() {
        return room;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Inboxes inboxes() {
        return inboxes;
    }

    /** Who asks the application for its part of enhanced authentication; null without that. */
    @Nullable
    Authenticator authenticator() {
        return authenticator;
    }

    /** The server has accepted the connection. */
    void handleAccepted() {
        reading.connected(link);
    }

    /** An inbox is full, or no longer; on the loop. */
    void holdBack(boolean full) {
        reading.holdBack(full, link);
    }

    /** Begins what goes on by itself. Once, before the application has the client. */
    void start(Requests value) {
        requests = value;
        StatisticsTimer timer = statisticsTimer;
        if (timer != null) {
            eventLoop.execute(timer::start);
        }
    }

    // --- any thread

    /** Runs a command in the next turn, or aborts it when the client is closed. */
    void submit(QueueNode command) {
        switch (commands.add(command)) {
            case FIRST -> wake();
            case BEHIND -> {}
            case REFUSED -> command.abort(closed());
        }
    }

    /** Hands something to the dispatcher at the end of the turn; on the loop. */
    void handOver(Object item) {
        output.handOver(item);
    }

    private void wake() {
        try {
            eventLoop.execute(turn);
        } catch (RejectedExecutionException e) {
            // Only after the loop was released, which comes after the queue was closed.
            LOGGER.log(System.Logger.Level.DEBUG, "The event loop has ended", e);
        }
    }

    static MqttException closed() {
        return new ClientClosedException("The client is closed", (Throwable) null);
    }

    /** Cancels a message, at once if this is the loop. */
    void cancel(OutboundMessage message) {
        if (eventLoop.inLoop()) {
            engine.cancel(message);
            runTurnNow();
            return;
        }
        submit(new Command() {
            @Override
            public void run() {
                engine.cancel(message);
            }
        });
    }

    /** The time that a message was given is over; on the loop. */
    void timeOut(OutboundMessage message, PublishOperation operation) {
        if (!engine.timeOut(message)) {
            MqttException cause = new PublishException(
                    "The message was sent, and no answer came in the time that it was given; whether it arrives is"
                            + " unknown",
                    (Throwable) null);
            output.timedOut(message, cause);
            message.attach(PublishOperation.TOLD);
            operation.fail(PublicationState.TIMED_OUT, cause);
        }
        runTurnNow();
    }

    private void runTurnNow() {
        if (ended) {
            return;
        }
        if (output.isDraining()) {
            scheduleTurn();
        } else {
            drain(System.nanoTime());
        }
    }

    /** Messages flow again after a handler's failure has stopped them. */
    void resumeDispatcher() {
        reports.resume();
    }

    // --- the turn

    void scheduleTurn() {
        if (!turnScheduled) {
            turnScheduled = true;
            wake();
        }
    }

    private void turn() {
        turnScheduled = false;
        if (ended) {
            return;
        }
        long begin = System.nanoTime();
        long epochMillis = System.currentTimeMillis();
        try {
            output.setClock(epochMillis);
            engine.handleClock(begin, epochMillis);
            burst = commands.takeAll();
            for (QueueNode command = burst; command != null; command = burst) {
                command.run();
                burst = command.nextNode();
                command.nextNode(null);
            }
            int handled = dispatcher.decisions().takeAll(engine);
            if (handled > 0) {
                reading.handled(handled, dispatcher.decisions().takeBytes(), link);
                observation.handled(handled);
            }
            engine.handleTime(begin);
            drain(begin);
        } catch (RuntimeException | Error e) {
            failLoudly(e);
        }
        long taken = System.nanoTime() - begin;
        if (taken > SLOW_TURN_NANOS) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "A turn of the event loop took " + taken / 1_000_000
                            + " ms; if a callback of a future is slow, give"
                            + " resultExecutor(...) or use the Async forms of CompletableFuture");
        }
    }

    /** After each part that was read, and each turn. */
    void controlReading() {
        reading.received(output.isOwedTooMuch(link == null ? null : link.connection()), link);
    }

    private void drain(long nowNanos) {
        boolean waiting;
        do {
            room.tell(engine); // Before the ends of what has changed it: who is told asks for room at once.
            waiting = output.drain(engine, link);
            if (output.write(link)) {
                engine.handleSent(nowNanos);
            }
            // A store that answers at once has opened the gate for what follows.
        } while (output.tookAnswer());
        List<Object> items = output.takeHandOver();
        if (items != null) {
            reading.handedOver(output.takeHandedOver(), output.takeHandedOverBytes(), link);
            dispatcher.handOver(items);
            decisionPoll.handedOver();
        }
        if (waiting && output.hasRoom()) {
            scheduleTurn();
        }
        controlReading();
        observation.endDrain(engine);
        room.endTurn(engine);
        timer.arm(engine.deadlineNanos(), nowNanos);
        Closing present = closing;
        if (present != null) {
            present.proceed();
        }
    }

    /** A bug of ours: nothing that the engine says can be trusted any more, so nothing is written or sent any more. */
    void failLoudly(Throwable bug) {
        LOGGER.log(System.Logger.Level.ERROR, "The client has a bug and closes; its store is left as it is", bug);
        MqttException cause = new MqttException("The client closed because of an internal error: " + bug, bug);
        output.seal();
        attempt(() -> {
            if (link != null) {
                link.close();
            }
        });
        Closing present = closing;
        if (present == null) {
            present = beginClosing(new Closing(this, resources, cause, true));
        }
        present.giveUpWaiting();
        present.proceed();
    }

    // --- the connection

    void openConnection(Attempt attempt) {
        output.beginConnection(attempt.version());
        link = connector.open(attempt);
    }

    void closeConnection() {
        if (link != null) {
            output.write(link);
            link.close();
        }
    }

    void handleConnected(Connect connect) {
        engine.handleConnected(connect);
        scheduleTurn();
    }

    // --- what happens to the connection

    void handleViolation(PeerViolation violation) {
        engine.handleViolation(violation);
    }

    void handleClosed(ServerLink ended, @Nullable Throwable cause) {
        if (ended != link) {
            return;
        }
        link = null;
        output.clear();
        reading.reset();
        engine.handleClosed(cause, System.nanoTime());
        scheduleTurn();
    }

    // --- the end

    /** Begins to close; a second call joins the first. */
    void close(LoopFuture<Void> done, boolean byHandler) {
        Closing present = closing;
        if (present == null) {
            engine.disconnect();
            present = beginClosing(new Closing(this, resources, closed(), false));
        }
        present.whenDone(done, byHandler);
    }

    /** Whether the end has begun, so that nothing may be opened any more; on the loop. */
    boolean isClosing() {
        return closing != null;
    }

    /** For a call that comes when the client no longer takes commands. Any thread. */
    void whenClosed(LoopFuture<Void> done) {
        Closing present = closing;
        if (present == null) {
            throw new IllegalStateException("The client refuses commands but is not closing");
        }
        present.whenDone(done, false);
    }

    private Closing beginClosing(Closing value) {
        closing = value;
        inboxes.close();
        dispatcher.close();
        lastTurn = eventLoop.schedule(this::scheduleTurn, Closing.LONGEST_WAIT_NANOS);
        return value;
    }

    /** The last step on the loop: nothing comes in any more. */
    void finish(MqttException cause) {
        if (link != null) {
            // It did not close in time; what waits for its end is told now.
            link = null;
            attempt(() -> {
                engine.handleClosed(cause, System.nanoTime());
                output.drain(engine, null);
            });
        }
        ended = true;
        timer.cancel();
        if (lastTurn != null) {
            lastTurn.cancel();
        }
        if (statisticsTimer != null) {
            statisticsTimer.stop();
        }
        decisionPoll.end();
        dispatcher.decisions().close();
        abortBurst(cause);
        commands.close(cause);
        room.close();
        status.closed(cause);
        if (requests != null) {
            requests.close(cause);
        }
        engine.endListings(cause);
        for (OutboundMessage message : engine.untold()) {
            if (message.operation() instanceof MessageOperation operation) {
                operation.abort(cause);
            }
        }
    }

    /** One step towards the end, which must not keep the others from being taken after a bug. */
    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "A step towards the end of the client failed", e);
        }
    }

    /** After a bug of ours in one command, those that came with it still need an end. */
    private void abortBurst(MqttException cause) {
        for (QueueNode command = burst; command != null; command = burst) {
            burst = command.nextNode();
            command.nextNode(null);
            command.abort(cause);
        }
    }
}
