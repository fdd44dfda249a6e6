package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * How messages reach the application.
 *
 * @param dispatch in which order handlers get them
 * @param unmatched what happens to a message that no handler is for
 * @param refusal whether QoS 2 messages can be refused: then PUBREC waits until the application has decided. Costs a record in
 *     the store for each QoS 2 message. MQTT 5.0 only; QoS 1 messages can be refused in any case
 * @param copiesMerged whether the server is known to send a message once for each matching subscription without saying for
 *     which, so that so many copies are one message. Artemis 2.55 does with all versions; servers that keep to the standard
 *     do not with MQTT 5.0, and need no option. With a server that sends a message once, true loses messages
 */
public record ReceiveOptions(Dispatch dispatch, UnmatchedPolicy unmatched, boolean refusal, boolean copiesMerged) {

    /** One message after the other; what no handler is for is held; PUBREC leaves when the message is stored. */
    public static final ReceiveOptions DEFAULT =
            new ReceiveOptions(Dispatch.ORDERED, UnmatchedPolicy.HOLD, false, false);

    /** Checks that nothing is null. */
    public ReceiveOptions {
        Objects.requireNonNull(dispatch);
        Objects.requireNonNull(unmatched);
    }

    /**
     * These options with another order.
     *
     * @param value in which order handlers get messages
     * @return new options
     */
    public ReceiveOptions withDispatch(Dispatch value) {
        return new ReceiveOptions(value, unmatched, refusal, copiesMerged);
    }

    /**
     * These options with another policy for messages that no handler is for.
     *
     * @param value the policy; {@link UnmatchedPolicy#REFUSE} implies {@link #refusal()} and needs MQTT 5.0
     * @return new options
     */
    public ReceiveOptions withUnmatched(UnmatchedPolicy value) {
        return new ReceiveOptions(dispatch, value, refusal, copiesMerged);
    }

    /**
     * These options with or without refusal of QoS 2 messages.
     *
     * @param flag whether QoS 2 messages can be refused; true needs MQTT 5.0
     * @return new options
     */
    public ReceiveOptions withRefusal(boolean flag) {
        return new ReceiveOptions(dispatch, unmatched, flag, copiesMerged);
    }

    /**
     * These options for a server that sends copies of a message which cannot be told apart, or for all others.
     *
     * @param flag whether as many equal messages as there are matching subscriptions are one message
     * @return new options
     */
    public ReceiveOptions withCopiesMerged(boolean flag) {
        return new ReceiveOptions(dispatch, unmatched, refusal, flag);
    }
}
