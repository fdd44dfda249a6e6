package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * What both applications saw, over all crashes; says whether the promises were kept. It knows no more than it judges by, so
 * that worlds that differ only in what is judged the same can go on as one.
 */
final class Ledger {

    /** What the client's application knows of one message from the server. */
    private static final class Received {
        boolean delivered;
        boolean deliveredHere;
        /** Under which a message of QoS 2 was handed over first. */
        long deliveryIdentifier;

        boolean accepted;
        boolean refused;
        boolean acceptanceDurable;
        long acceptanceBatch = Long.MAX_VALUE;
    }

    private boolean closed;

    /** Each message where it arrived first. */
    private final List<Message> arrived = new ArrayList<>();

    private final Map<String, Integer> arrivals = new TreeMap<>();

    private final Map<String, Received> received = new TreeMap<>();
    private final Map<Long, String> deliveryIdentifiers = new TreeMap<>();
    private final List<Message> firstDeliveries = new ArrayList<>();
    private final Map<String, Message> offered = new TreeMap<>();
    private final Map<String, Message> owned = new TreeMap<>();
    private final TreeSet<String> refusedThere = new TreeSet<>();
    private final TreeSet<String> mistakable = new TreeSet<>();
    private final TreeSet<String> lost = new TreeSet<>();
    private final TreeSet<String> refusedHere = new TreeSet<>();

    /** A message to the client; with the same content as all others its name stands where a retransmission may differ. */
    static Message named(QoS qos, String name, boolean sameContent) {
        return sameContent
                ? Message.of("to/client", qos, "the same")
                        .withProperties(
                                MessageProperties.builder().contentType(name).build())
                : Message.of("to/client", qos, name);
    }

    static String name(Message message) {
        return message.properties()
                .contentType()
                .orElseGet(() -> message.payload().text());
    }

    /** From now on what happens proves nothing, because the server does not keep to the rules. */
    void close() {
        closed = true;
    }

    // --- to the server

    /** The server has handed a message from the client on. */
    void arrived(Message message) {
        boolean counts = message.qos() == QoS.AT_MOST_ONCE;
        int before = arrivals(name(message));
        if (before == 0) {
            arrived.add(message);
        }
        // Of the others it only matters whether there was more than one.
        arrivals.put(name(message), counts ? before + 1 : Math.min(2, before + 1));
    }

    /** The server did not want a message from the client, and told it. */
    void refusedByServer(Message message) {
        refusedThere.add(name(message));
    }

    boolean wasRefusedByServer(String name) {
        return refusedThere.contains(name);
    }

    int arrivals(String name) {
        return arrivals.getOrDefault(name, 0);
    }

    /**
     * First arrivals are in the order of publishing, for each QoS. The names end with the number. Of QoS 0 only what was
     * published once has an order, as a crash takes it back behind what has arrived already.
     */
    void checkOrderOfArrival(IntPredicate publishedOnce) {
        checkOrder(
                arrived.stream()
                        .filter(message ->
                                message.qos() != QoS.AT_MOST_ONCE || publishedOnce.test(number(name(message))))
                        .toList(),
                "arrived at the server");
    }

    private void checkOrder(List<Message> messages, String what) {
        for (QoS qos : QoS.values()) {
            int last = -1;
            for (Message message : messages) {
                // What the server refused once and took when it was sent again has lost its place.
                boolean inOrder = message.qos() == qos && !refusedThere.contains(name(message));
                if (inOrder) {
                    int number = number(name(message));
                    if (number <= last) {
                        throw new AssertionError(
                                "Out of order: " + qos + " message " + number + " " + what + " after " + last);
                    }
                    last = number;
                }
            }
        }
    }

    static int number(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    // --- from the server

    /** The server has a message for the client. */
    void offered(Message message) {
        offered.put(name(message), message);
    }

    /** The server dropped the message with its session. */
    void lostByServer(Message message) {
        if (!owned.containsKey(name(message))) {
            lost.add(name(message));
        }
    }

    /** The server sends a message with DUP. If all are the same, it may be taken for one of a lost session. */
    void sentAgain(Message message) {
        if (message.properties().contentType().isPresent()) {
            mistakable.add(name(message));
        }
    }

    /** The client has acknowledged the message: from now on it alone has it. */
    void owned(Message message) {
        owned.put(name(message), message);
    }

    /** The client has told the server that it does not take the message. */
    void refusedByClient(Message message) {
        if (closed) {
            return;
        }
        Received one = received.get(name(message));
        boolean refused = one != null && one.refused;
        if (!refused && !isTakenForARefusedOne(message)) {
            throw new AssertionError(name(message) + " is refused, but not by the application");
        }
        if (message.qos() == QoS.EXACTLY_ONCE && one != null && one.acceptanceDurable) {
            throw new AssertionError(name(message) + " is refused although its acceptance was durable");
        }
        refusedHere.add(name(message));
    }

    /** Nothing tells it from a message of the lost session that the application refused and the server never knew of. */
    private boolean isTakenForARefusedOne(Message message) {
        return mistakable.contains(name(message))
                && lost.stream().map(received::get).anyMatch(other -> other != null && other.refused);
    }

    /** A new process of the client begins. */
    void restarted() {
        received.values().forEach(one -> {
            one.acceptanceBatch = Long.MAX_VALUE;
            one.deliveredHere = false;
        });
    }

    /** The client's application was handed a message. */
    void delivered(InboundMessage message) {
        if (closed) {
            return;
        }
        String name = name(message.message());
        Received one = received.computeIfAbsent(name, ignored -> new Received());
        boolean again = one.delivered;
        if (!again && !one.refused) {
            firstDeliveries.add(message.message());
        }
        if (again && message.qos() == QoS.AT_MOST_ONCE) {
            throw new AssertionError(name + " of QoS 0 was handed over twice");
        }
        if (message.qos() == QoS.EXACTLY_ONCE) {
            checkOnce(message, name, one, again);
            one.deliveryIdentifier = again ? one.deliveryIdentifier : message.deliveryIdentifier();
        }
        one.delivered = true;
        one.deliveredHere = true;
    }

    private void checkOnce(InboundMessage message, String name, Received one, boolean again) {
        if (one.acceptanceDurable) {
            throw new AssertionError(name + " was handed over again although its acceptance was durable");
        }
        if (again && one.deliveredHere) {
            throw new AssertionError(name + " was handed over twice by one process");
        }
        if (again && !message.redelivered()) {
            throw new AssertionError(name + " was handed over again and is not marked");
        }
        if (again && one.deliveryIdentifier != message.deliveryIdentifier()) {
            throw new AssertionError(name + " was handed over again with another delivery identifier");
        }
        String other = deliveryIdentifiers.putIfAbsent(message.deliveryIdentifier(), name);
        if (other != null && !other.equals(name)) {
            throw new AssertionError(
                    "Delivery identifier " + message.deliveryIdentifier() + " has " + other + " and " + name);
        }
    }

    /** The client's application has accepted a message; durable with the batch of this number. */
    void accepted(InboundMessage message, long batch) {
        if (closed) {
            return;
        }
        Received one = received.get(name(message.message()));
        one.accepted = true;
        one.acceptanceBatch = batch;
    }

    /** The client's application does not take a message. Until the server knows, it may come again as a new one. */
    void refused(InboundMessage message) {
        if (closed) {
            return;
        }
        Received one = received.get(name(message.message()));
        one.refused = true;
        one.delivered = false;
    }

    /** Everything up to this batch is durable. */
    void durable(long batch) {
        for (Received one : received.values()) {
            one.acceptanceDurable |= one.acceptanceBatch <= batch;
        }
    }

    /** Everything that the server gave away, or still had to give, was accepted; each QoS in order. */
    void checkReceived(boolean sessionsAreKept) {
        for (Message message : offered.values()) {
            String name = name(message);
            Received one = received.get(name);
            boolean mistaken = !sessionsAreKept && mistakable.contains(name);
            boolean needed = !mistaken
                    && message.qos() != QoS.AT_MOST_ONCE
                    && !(lost.contains(name) && !owned.containsKey(name));
            if (needed && !refusedHere.contains(name) && (one == null || !one.accepted)) {
                throw new AssertionError(name + " of " + message.qos() + " is lost on its way to the client"
                        + (owned.containsKey(name) ? ", which had acknowledged it" : ""));
            }
        }
        checkOrder(firstDeliveries, "was handed over");
    }
}
