package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * The client's application: it publishes its messages one by one, each with a checkpoint, goes on behind the last checkpoint
 * after a crash, subscribes once in each process, and accepts what it is handed.
 */
final class SimulatedApplication {

    /** What it is subscribed to. */
    static final String FILTER = "to/client";

    private static final String PLAN = "plan";
    private static final String LIMITED = "limited";

    private final WorldSettings settings;
    private final Ledger ledger;

    /** The outcome of each message that has one. */
    private final TreeMap<Integer, String> outcomes = new TreeMap<>();

    /** How often each message was published; more than once after a refusal, or without checkpoint after a crash. */
    private final TreeMap<Integer, Integer> attempts = new TreeMap<>();

    private final List<InboundMessage> unaccepted = new ArrayList<>();

    /** What this process has published and was not told the end of. */
    private final TreeMap<String, OutboundMessage> publications = new TreeMap<>();

    /** What this process was told, by the application key: each attempt to publish has its own. */
    private final TreeSet<String> storedHere = new TreeSet<>();

    private final TreeSet<String> endedHere = new TreeSet<>();

    /** The attempts of which the process that made them was told the end. */
    private final TreeSet<String> told = new TreeSet<>();

    private final List<Request> requests = new ArrayList<>();

    /** The messages that it once tried to cancel. */
    private final TreeSet<Integer> cancelled = new TreeSet<>();

    /** Which of the messages that were handed over is accepted next. */
    private IntUnaryOperator chooser = count -> 0;

    /** Whether the next message is refused. */
    private BooleanSupplier refuses = () -> false;

    /** After so long its messages are worth nothing any more; 0 for never. */
    private int expirySeconds;

    private LongSupplier epochMillis = () -> 0;

    /** When each attempt to publish expires, by the wall clock that it was made with. */
    private final TreeMap<String, Long> expiries = new TreeMap<>();

    /** The attempts that the wall clock has once called expired. */
    private final TreeSet<String> expired = new TreeSet<>();

    private int next;

    /** Each message before this one was called stored, with its checkpoint. */
    private int durableUpTo;

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

    /** Each message is published to expire after so many seconds of this clock. */
    void letMessagesExpire(int seconds, LongSupplier clock) {
        expirySeconds = seconds;
        epochMillis = clock;
    }

    /** A new process begins. */
    void restart(Engine engine) {
        subscribed = false;
        subscribing = false;
        refused = false;
        unaccepted.clear();
        publications.clear();
        storedHere.clear();
        endedHere.clear();
        requests.clear();
        next = engine.restoredCheckpoints().containsKey(PLAN)
                ? Integer.parseInt(engine.restoredCheckpoints().get(PLAN).text())
                : 0;
        if (settings.journal() && next < durableUpTo) {
            throw new AssertionError("The checkpoint says " + next + ", it was durable with " + durableUpTo);
        }
    }

    /** How many messages it has and has not yet decided about. */
    int undecided() {
        return unaccepted.size();
    }

    boolean canAccept() {
        return !unaccepted.isEmpty();
    }

    void accept(Engine engine, long batch) {
        InboundMessage message = unaccepted.remove(chooser.applyAsInt(unaccepted.size()));
        if (isRefusable(message.qos()) && refuses.getAsBoolean()) {
            engine.refuse(message, new Refusal(ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
            ledger.refused(message);
            return;
        }
        engine.accept(message);
        ledger.accepted(message, batch);
    }

    /** A message of QoS 2 whose PUBREC has left is the client's. */
    private boolean isRefusable(QoS qos) {
        return qos == QoS.AT_LEAST_ONCE || (qos == QoS.EXACTLY_ONCE && settings.receipts() == Receipts.WHEN_DECIDED);
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
        outcomes.remove(number);
        Message message = message(number);
        PublishOptions options = PublishOptions.NONE.withApplicationKey(lastAttempt(number));
        boolean marked = message.qos() != QoS.AT_MOST_ONCE;
        OutboundMessage publication = new OutboundMessage(
                message,
                marked ? options.withCheckpoint(Checkpoint.of(PLAN, String.valueOf(next))) : options,
                epochMillis.getAsLong());
        if (number % 3 == 0) {
            publication.attach("awaited"); // So it stays in memory among others that do not.
        }
        publications.put(key(publication), publication);
        engine.publish(publication);
    }

    private Message message(int number) {
        Message message = Message.of("to/server", settings.outbound().get(number), "out-" + number);
        if (expirySeconds == 0) {
            return message;
        }
        expiries.put(lastAttempt(number), epochMillis.getAsLong() + expirySeconds * 1_000L);
        return message.withProperties(
                MessageProperties.builder().messageExpirySeconds(expirySeconds).build());
    }

    private String lastAttempt(int number) {
        return attempts.get(number) + "-out-" + number;
    }

    /** Time has passed, or the wall clock was set. */
    void look() {
        if (expirySeconds > 0) {
            long now = epochMillis.getAsLong();
            expiries.forEach((attempt, expiry) -> {
                if (now >= expiry) {
                    expired.add(attempt);
                }
            });
        }
    }

    /** A message leaves for the first time, with nothing to wait for between the decision and the wire. */
    void checkFresh(OutboundMessage message) {
        Long expiry = expiries.get(key(message));
        if (expiry != null && epochMillis.getAsLong() >= expiry) {
            throw new AssertionError("Message " + key(message) + " is sent although it has expired");
        }
    }

    /** It does not want a message to be sent after all. */
    void cancel(Engine engine, IntUnaryOperator choice) {
        if (!publications.isEmpty()) {
            List<OutboundMessage> open = List.copyOf(publications.values());
            OutboundMessage chosen = open.get(choice.applyAsInt(open.size()));
            if (engine.cancel(chosen)) {
                cancelled.add(number(chosen));
            }
        }
    }

    /** It asks for something on the side, which matters only for its answer. */
    void request(Engine engine, IntUnaryOperator choice) {
        String filter = "side/" + choice.applyAsInt(3);
        Request request = choice.applyAsInt(2) == 0
                ? Request.subscribe(List.of(Subscription.of(filter, QoS.AT_LEAST_ONCE)), filter)
                : Request.unsubscribe(List.of(TopicFilter.of(filter)), filter);
        requests.add(request);
        engine.submit(request);
    }

    /** After a refusal it waits a little. */
    void waited() {
        refused = false;
    }

    boolean isWaiting() {
        return refused;
    }

    void stored(OutboundMessage message) {
        if (endedHere.contains(key(message)) || !storedHere.add(key(message))) {
            throw new AssertionError("Message " + key(message) + " is called stored again, or after its end");
        }
        if (message.message().qos() != QoS.AT_MOST_ONCE) {
            durableUpTo = Math.max(durableUpTo, number(message) + 1);
        }
    }

    /** A message was refused; unless that is for good, the application goes on from there. */
    void refused(OutboundMessage message, MqttException cause) {
        if (cause.reasonCode()
                .filter(code -> code == ReasonCode.QOS_NOT_SUPPORTED)
                .isPresent()) {
            ended(message, LIMITED);
            return;
        }
        endOnce(message);
        refused = true;
        next = Math.min(next, number(message));
    }

    void ended(OutboundMessage message, String outcome) {
        if (outcome.equals(PublishFailure.EXPIRED.name()) && !expired.contains(key(message))) {
            throw new AssertionError("Message " + key(message) + " is called expired before its time");
        }
        if (publications.containsKey(key(message))) {
            told.add(key(message));
        }
        endOnce(message);
        // It may have gone back and tried again, before the store has let it hear of the end of an earlier attempt.
        if (key(message).equals(lastAttempt(number(message)))) {
            outcomes.put(number(message), outcome);
        }
    }

    private void endOnce(OutboundMessage message) {
        if (!endedHere.add(key(message))) {
            throw new AssertionError("Message " + key(message) + " has ended twice");
        }
        publications.remove(key(message));
    }

    private static String key(OutboundMessage message) {
        return message.options().applicationKey().orElseThrow();
    }

    boolean wasPublishedOnce(int number) {
        return attempts.getOrDefault(number, 0) == 1;
    }

    /** The client closes in good order: it knows of each message whose end somebody awaits, so that it can tell them. */
    void checkClosing(Engine engine) {
        List<OutboundMessage> untold = engine.untold();
        for (OutboundMessage publication : publications.values()) {
            if (publication.operation() != null && !untold.contains(publication)) {
                throw new AssertionError("The client closes and has forgotten who awaits " + key(publication));
            }
        }
        if (!requests.isEmpty()) {
            throw new AssertionError("The client closes and has not answered " + requests.size() + " requests");
        }
    }

    /** What it was told of the end of a message. */
    String outcome(int number) {
        return outcomes.getOrDefault(number, "unknown");
    }

    /** After PUBREC a restart knows the message by its key only. */
    private static int number(OutboundMessage message) {
        return Ledger.number(key(message));
    }

    /** Whether it subscribes now that there is a connection; in doubt the client itself does it again later. */
    boolean wantsToSubscribe() {
        boolean wants = !subscribing && !subscribed;
        subscribing |= wants;
        return wants;
    }

    void subscribe(Engine engine) {
        Request request = Request.subscribe(List.of(Subscription.of(FILTER, QoS.EXACTLY_ONCE)), FILTER);
        requests.add(request);
        engine.submit(request);
    }

    void unsubscribed(Request request) {
        if (requests.contains(request)) {
            throw new AssertionError(request.operation() + " is over before it is answered");
        }
    }

    void answered(Request request, boolean granted) {
        if (!requests.remove(request)) {
            throw new AssertionError(request.operation() + " is answered twice, or was never asked for");
        }
        if (FILTER.equals(request.operation())) {
            subscribing = false;
            subscribed |= granted;
        }
    }

    /** Everything that this process asked for has been answered. */
    void checkAnswers() {
        if (!publications.isEmpty() || !requests.isEmpty()) {
            throw new AssertionError(
                    publications.size() + " publications and " + requests.size() + " requests were never answered");
        }
    }

    /** Each message arrived as often as its QoS promises. */
    void checkArrivals(boolean sessionsAreKept, boolean limitsWereStrict) {
        for (int number = 0; number < settings.outbound().size(); number++) {
            checkArrivals(number, settings.outbound().get(number), sessionsAreKept, limitsWereStrict);
        }
    }

    private void checkArrivals(int number, QoS qos, boolean sessionsAreKept, boolean limitsWereStrict) {
        int arrivals = ledger.arrivals("out-" + number);
        if (qos == QoS.AT_MOST_ONCE && arrivals > attempts.getOrDefault(number, 0)) {
            throw new AssertionError("Message " + number + " of QoS 0 was published " + attempts.get(number)
                    + " times and arrived " + arrivals + " times");
        }
        String outcome = outcome(number);
        boolean mayRepeat = qos != QoS.EXACTLY_ONCE || !sessionsAreKept;
        // A crash can come between giving a message up and telling it.
        boolean mayBeGivenUp = (!sessionsAreKept && settings.policy() == LostSessionPolicy.FAIL)
                || (limitsWereStrict && qos == QoS.EXACTLY_ONCE);
        boolean mayBeMissing = qos == QoS.AT_MOST_ONCE
                || mayBeGivenUp
                || cancelled.contains(number)
                || expired.contains(lastAttempt(number))
                || ledger.wasRefusedByServer("out-" + number);
        boolean mayBeUnknown = mayBeGivenUp || (!sessionsAreKept && expired.contains(lastAttempt(number)));
        if (outcome.equals(PublishFailure.UNKNOWN.name()) && !mayBeUnknown) {
            throw new AssertionError("Message " + number + " was given up");
        }
        // Of QoS 0 an earlier attempt may have arrived; after a crash nobody knows what was sent in a lost session.
        boolean onlyAttempt = qos == QoS.AT_MOST_ONCE
                ? attempts.getOrDefault(number, 0) == 1
                : sessionsAreKept
                        || !settings.journal()
                        || (attempts.get(number) == 1 && told.contains(lastAttempt(number)));
        boolean neverSent =
                outcome.equals(PublishFailure.CANCELLED.name()) || outcome.equals(PublishFailure.EXPIRED.name());
        if (neverSent && onlyAttempt && arrivals > 0) {
            throw new AssertionError("Message " + number + " is said not to be sent (" + outcome + "), and arrived");
        }
        if ((arrivals == 0 && !mayBeMissing) || (arrivals > 1 && !mayRepeat)) {
            throw new AssertionError("Message " + number + " of " + qos + " arrived " + arrivals
                    + " times at the server (" + outcome + ")");
        }
    }
}
