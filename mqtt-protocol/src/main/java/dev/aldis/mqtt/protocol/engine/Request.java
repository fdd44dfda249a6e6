package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A SUBSCRIBE or UNSUBSCRIBE and its answer. */
public final class Request {

    private final List<Subscription> subscriptions;
    private final List<TopicFilter> topicFilters;
    private final int subscriptionIdentifier;
    private final boolean automatic;
    private final @Nullable Object operation;

    List<ReasonCode> reasonCodes = List.of();
    Diagnostics diagnostics = Diagnostics.NONE;
    int packetIdentifier;
    long lastDelivery;

    private Request(
            List<Subscription> subscriptions,
            List<TopicFilter> topicFilters,
            int subscriptionIdentifier,
            boolean automatic,
            @Nullable Object operation) {
        this.subscriptions = subscriptions;
        this.topicFilters = topicFilters;
        this.subscriptionIdentifier = subscriptionIdentifier;
        this.automatic = automatic;
        this.operation = operation;
    }

    /** A SUBSCRIBE that the application asks for; the operation belongs to the client. */
    public static Request subscribe(List<Subscription> subscriptions, Object operation) {
        return subscribe(subscriptions, 0, operation);
    }

    /** The same with a Subscription Identifier, which is sent where version and server have them; 0 for none. */
    public static Request subscribe(List<Subscription> subscriptions, int subscriptionIdentifier, Object operation) {
        return new Request(List.copyOf(subscriptions), List.of(), subscriptionIdentifier, false, operation);
    }

    /** An UNSUBSCRIBE that the application asks for; the operation belongs to the client. */
    public static Request unsubscribe(List<TopicFilter> topicFilters, Object operation) {
        return new Request(List.of(), List.copyOf(topicFilters), 0, false, operation);
    }

    static Request resubscribe(List<Subscription> subscriptions, int subscriptionIdentifier) {
        return new Request(List.copyOf(subscriptions), List.of(), subscriptionIdentifier, true, null);
    }

    /** What to subscribe to; empty for an UNSUBSCRIBE. */
    public List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** What to unsubscribe from; empty for a SUBSCRIBE. */
    public List<TopicFilter> topicFilters() {
        return topicFilters;
    }

    /** What the server is to send with messages of these subscriptions; 0 for none. */
    int subscriptionIdentifier() {
        return subscriptionIdentifier;
    }

    /** Whether this is a SUBSCRIBE. */
    public boolean isSubscribe() {
        return !subscriptions.isEmpty();
    }

    /** Whether the engine itself asked, after a lost session. */
    boolean isAutomatic() {
        return automatic;
    }

    /** What the client has attached; null only for the engine's own requests. */
    public @Nullable Object operation() {
        return operation;
    }

    /** The answer, one code for each subscription or filter. */
    public List<ReasonCode> reasonCodes() {
        return reasonCodes;
    }

    /** The filters of an UNSUBSCRIBE that the server has agreed to. */
    public List<TopicFilter> endedFilters() {
        List<TopicFilter> ended = new ArrayList<>(topicFilters.size());
        for (int i = 0; i < topicFilters.size(); i++) {
            if (!reasonCodes.get(i).isError()) {
                ended.add(topicFilters.get(i));
            }
        }
        return ended;
    }

    /** The delivery identifier of the last message that came before the answer. */
    public long lastDelivery() {
        return lastDelivery;
    }

    /** What the server added in words. */
    public Diagnostics diagnostics() {
        return diagnostics;
    }
}
