package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * How messages reach the application.
 *
 * @param dispatch in which order handlers get them
 * @param unmatched what happens to a message that no handler is for
 * @param refusal whether QoS 2 messages can be refused: then PUBREC waits until the application has decided. Costs a record in
 *     the store for each QoS 2 message. MQTT 5.0 only; QoS 1 messages can be refused in any case
 */
public record ReceiveOptions(Dispatch dispatch, UnmatchedPolicy unmatched, boolean refusal) {

    /** One message after the other; what no handler is for is held; PUBREC leaves when the message is stored. */
    public static final ReceiveOptions DEFAULT = new ReceiveOptions(Dispatch.ORDERED, UnmatchedPolicy.HOLD, false);

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
        return new ReceiveOptions(value, unmatched, refusal);
    }

    /**
     * These options with another policy for messages that no handler is for.
     *
     * @param value the policy; {@link UnmatchedPolicy#REFUSE} implies {@link #refusal()} and needs MQTT 5.0
     * @return new options
     */
    public ReceiveOptions withUnmatched(UnmatchedPolicy value) {
        return new ReceiveOptions(dispatch, value, refusal);
    }

    /**
     * These options with or without refusal of QoS 2 messages.
     *
     * @param flag whether QoS 2 messages can be refused; true needs MQTT 5.0
     * @return new options
     */
    public ReceiveOptions withRefusal(boolean flag) {
        return new ReceiveOptions(dispatch, unmatched, flag);
    }
}
