package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which handlers a message goes to, each of them once. For one thread.
 *
 * <p>A server may send a message that matches several subscriptions once, with all their Subscription Identifiers, or once
 * for each {@code [MQTT-3.3.4-4] [MQTT-3.3.4-5]}. So a message with identifiers goes to the handlers of these subscriptions, and not to
 * all whose filter matches; otherwise with several copies each handler would get each copy. A handler that several copies are
 * for, since it has several subscriptions or takes everything, is served by {@link CopyFilter}. Without identifiers, or with
 * those of an earlier session only, the filters decide; then nothing tells a copy from another message.
 */
final class HandlerTable {

    /** What one call has registered. Each call makes another one, so identity is equality. */
    private static final class Registration {
        final MessageHandler handler;
        final List<MessageHandler> alone;
        final int identifier;
        final boolean subscribed;
        final long number;
        final long lastDelivery;

        Registration(MessageHandler handler, int identifier, boolean subscribed, long number, long lastDelivery) {
            this.number = number;
            this.lastDelivery = lastDelivery;
            this.handler = handler;
            this.alone = List.of(handler);
            this.identifier = identifier;
            this.subscribed = subscribed;
        }

        /** For a filter that was unsubscribed from. */
        Registration endingWith(long delivery) {
            return new Registration(handler, identifier, subscribed, number, delivery);
        }

        boolean isOver(InboundMessage message) {
            return message.deliveryIdentifier() > lastDelivery;
        }

        boolean isIn(List<Integer> identifiers) {
            return identifier != 0 && identifiers.contains(identifier);
        }
    }

    private final FilterTree<Registration> tree = new FilterTree<>();
    private final CopyFilter copies = new CopyFilter();
    private final boolean copiesMerged;

    /**
     * Without handlers.
     *
     * @param copiesMerged whether a message comes once for each matching subscription, whatever identifiers it has
     */
    HandlerTable(boolean copiesMerged) {
        this.copiesMerged = copiesMerged;
    }

    /**
     * Sets the handler of filters.
     *
     * @param identifier the Subscription Identifier that a subscription to these filters has; 0 for none
     * @param subscribed whether this client has subscribed; otherwise the handler takes what comes for others too
     * @param number which registration it is
     */
    void put(List<TopicFilter> filters, MessageHandler handler, int identifier, boolean subscribed, long number) {
        copies.clear();
        Registration registration = new Registration(handler, identifier, subscribed, number, Long.MAX_VALUE);
        filters.forEach(filter -> tree.put(filter, registration));
    }

    /** Keeps later messages from the handlers of filters, but for those that were registered after this one. */
    void end(List<TopicFilter> filters, long lastNumber, long lastDelivery) {
        for (TopicFilter filter : filters) {
            Registration registration = tree.get(filter);
            if (registration != null && registration.number <= lastNumber) {
                tree.put(filter, registration.endingWith(lastDelivery));
            }
        }
    }

    /** Removes the handlers of filters, but for those that were registered after this one. */
    void remove(List<TopicFilter> filters, long lastNumber) {
        copies.clear();
        filters.forEach(filter -> tree.removeIf(filter, registration -> registration.number <= lastNumber));
    }

    /** Removes a handler wherever it is. */
    void remove(MessageHandler handler) {
        copies.clear();
        tree.removeIf(registration -> registration.handler == handler);
    }

    /** The handlers that are to have a message; none if each of them has had a copy of it; null if no filter matches. */
    @Nullable
    List<MessageHandler> match(InboundMessage message) {
        List<Registration> matching = matching(message);
        if (matching.isEmpty()) {
            return null;
        }
        if (matching.size() == 1) {
            return matching.get(0).alone;
        }
        if (copiesMerged) {
            return copies.isFirst(message, subscriptions(matching)) ? handlers(matching) : List.of();
        }
        List<Integer> identifiers = message.subscriptionIdentifiers();
        boolean known = false;
        for (Registration registration : matching) {
            known |= registration.isIn(identifiers);
        }
        List<MessageHandler> chosen = new ArrayList<>(matching.size());
        for (int i = 0; i < matching.size(); i++) {
            MessageHandler handler = matching.get(i).handler;
            if (!isAmong(matching.subList(0, i), handler) && (!known || isFor(handler, matching, message))) {
                chosen.add(handler);
            }
        }
        return chosen;
    }

    private List<Registration> matching(InboundMessage message) {
        List<Registration> all = tree.match(message.topic());
        for (Registration one : all) {
            if (one.isOver(message)) {
                return all.stream().filter(other -> !other.isOver(message)).toList();
            }
        }
        return all;
    }

    private static int subscriptions(List<Registration> matching) {
        int count = 0;
        for (Registration registration : matching) {
            count += registration.subscribed ? 1 : 0;
        }
        return count;
    }

    private static List<MessageHandler> handlers(List<Registration> matching) {
        List<MessageHandler> all = new ArrayList<>(matching.size());
        for (int i = 0; i < matching.size(); i++) {
            MessageHandler handler = matching.get(i).handler;
            if (!isAmong(matching.subList(0, i), handler)) {
                all.add(handler);
            }
        }
        return all;
    }

    private static boolean isAmong(List<Registration> earlier, MessageHandler handler) {
        for (Registration registration : earlier) {
            if (registration.handler == handler) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message with known identifiers is one for a handler, and no further copy. */
    private boolean isFor(MessageHandler handler, List<Registration> matching, InboundMessage message) {
        List<Integer> identifiers = message.subscriptionIdentifiers();
        boolean named = false;
        boolean subscribed = false;
        for (Registration registration : matching) {
            if (registration.handler == handler) {
                named |= registration.isIn(identifiers);
                subscribed |= registration.subscribed;
            }
        }
        if (!named && subscribed) {
            return false; // It comes, or came, once more for this handler.
        }
        List<Integer> expected = new ArrayList<>(matching.size());
        for (Registration registration : matching) {
            boolean own = registration.handler == handler;
            if (registration.identifier != 0 && (own || (!subscribed && registration.subscribed))) {
                expected.add(registration.identifier);
            }
        }
        return identifiers.containsAll(expected) || copies.isFirst(handler, message, expected);
    }
}
