package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * The client's application: it publishes its messages one by one, each with a checkpoint, goes on behind the last checkpoint
 * after a crash, subscribes once in each process, and accepts what it is handed.
 */
final class SimulatedApplication {

    private static final String PLAN = "plan";
    private static final String ENDED = "ended";

    private final WorldSettings settings;
    private final Ledger ledger;

    /** The outcome of each message that has one. */
    private final TreeMap<Integer, String> outcomes = new TreeMap<>();

    /** How often each message was published; more than once after a refusal, or without checkpoint after a crash. */
    private final TreeMap<Integer, Integer> attempts = new TreeMap<>();

    private final List<InboundMessage> unaccepted = new ArrayList<>();

    /** Which of the messages that were handed over is accepted next. */
    private IntUnaryOperator chooser = count -> 0;

    /** Whether the next message is refused. */
    private BooleanSupplier refuses = () -> false;

    private int next;
    private boolean subscribed;
    private boolean subscribing;
    private boolean refused;

    SimulatedApplication(WorldSettings settings, Ledger ledger) {
        this.settings = settings;
        this.ledger = ledger;
    }

    /** Accepts messages in another order than that in which it got them. */
    void acceptInOrderOf(IntUnaryOperator choice) {
        chooser = choice;
    }

    /** Refuses messages instead. */
    void refuseWhere(BooleanSupplier choice) {
        refuses = choice;
    }

    /** A new process begins. */
    void restart(Engine engine) {
        subscribed = false;
        subscribing = false;
        refused = false;
        unaccepted.clear();
        next = engine.restoredCheckpoints().containsKey(PLAN)
                ? Integer.parseInt(engine.restoredCheckpoints().get(PLAN).text())
                : 0;
    }

    boolean canAccept() {
        return !unaccepted.isEmpty();
    }

    void accept(Engine engine, long batch) {
        InboundMessage message = unaccepted.remove(chooser.applyAsInt(unaccepted.size()));
        if (message.qos() != QoS.AT_MOST_ONCE && refuses.getAsBoolean()) {
            engine.refuse(message, new Refusal(ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
            ledger.refused(message);
            return;
        }
        engine.accept(message);
        ledger.accepted(message, batch);
    }

    void delivered(InboundMessage message) {
        ledger.delivered(message);
        unaccepted.add(message);
    }

    boolean canPublish() {
        return !hasPublishedAll() && !refused;
    }

    boolean hasPublishedAll() {
        return next == settings.outbound().size();
    }

    void publish(Engine engine) {
        int number = next++;
        attempts.merge(number, 1, Integer::sum);
        Message message = Message.of("to/server", settings.outbound().get(number), "out-" + number);
        PublishOptions options = PublishOptions.NONE.withApplicationKey(Ledger.name(message));
        boolean marked = message.qos() != QoS.AT_MOST_ONCE;
        OutboundMessage outbound = new OutboundMessage(
                message, marked ? options.withCheckpoint(Checkpoint.of(PLAN, String.valueOf(next))) : options, 0);
        if (number % 3 == 0) {
            outbound.attach("awaited"); // So it stays in memory among others that do not.
        }
        engine.publish(outbound);
    }

    /** After a refusal it waits a little. */
    void waited() {
        refused = false;
    }

    /** A message was refused, so the application goes on from there. */
    void refused(OutboundMessage message) {
        endOnce(message);
        refused = true;
        next = Math.min(next, number(message));
    }

    void ended(OutboundMessage message, String outcome) {
        endOnce(message);
        outcomes.put(number(message), outcome);
    }

    private static void endOnce(OutboundMessage message) {
        if (message.operation() == ENDED) {
            throw new AssertionError("Message " + number(message) + " has ended twice");
        }
        message.attach(ENDED);
    }

    /** After PUBREC a restart knows the message by its key only. */
    private static int number(OutboundMessage message) {
        return Ledger.number(message.options().applicationKey().orElseThrow());
    }

    /** Whether it subscribes now that there is a connection; in doubt the client itself does it again later. */
    boolean wantsToSubscribe() {
        boolean wants = !subscribing && !subscribed;
        subscribing |= wants;
        return wants;
    }

    static Request subscribe() {
        return Request.subscribe(List.of(Subscription.of("to/client", QoS.EXACTLY_ONCE)), "subscribe");
    }

    void subscribeAnswered(boolean granted) {
        subscribing = false;
        subscribed |= granted;
    }

    /** Each message arrived as often as its QoS promises. */
    void checkArrivals(boolean sessionsAreKept) {
        for (int number = 0; number < settings.outbound().size(); number++) {
            checkArrivals(number, settings.outbound().get(number), sessionsAreKept);
        }
    }

    private void checkArrivals(int number, QoS qos, boolean sessionsAreKept) {
        int arrivals = ledger.arrivals("out-" + number);
        if (qos == QoS.AT_MOST_ONCE && arrivals > attempts.getOrDefault(number, 0)) {
            throw new AssertionError("Message " + number + " of QoS 0 was published " + attempts.get(number)
                    + " times and arrived " + arrivals + " times");
        }
        String outcome = outcomes.getOrDefault(number, "unknown");
        boolean mayRepeat = qos != QoS.EXACTLY_ONCE || !sessionsAreKept;
        // A crash can come between giving a message up and telling it.
        boolean mayBeGivenUp = !sessionsAreKept && settings.policy() == LostSessionPolicy.FAIL;
        boolean mayBeMissing = qos == QoS.AT_MOST_ONCE || mayBeGivenUp;
        if (outcome.equals(PublishFailure.UNKNOWN.name()) && !mayBeGivenUp) {
            throw new AssertionError("Message " + number + " was given up");
        }
        if ((arrivals == 0 && !mayBeMissing) || (arrivals > 1 && !mayRepeat)) {
            throw new AssertionError("Message " + number + " of " + qos + " arrived " + arrivals
                    + " times at the server (" + outcome + ")");
        }
    }
}
