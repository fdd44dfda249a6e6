package dev.aldis.mqtt.api;

/** What happens to a message that is published while as many wait as {@link ClientLimits} allows. */
public enum OverflowPolicy {
    /** It is refused: {@link PublicationState#REFUSED}. */
    REJECT_NEWEST,
    /**
     * The oldest messages that have not been sent make room, as many as it takes: {@link PublicationState#DROPPED}. Where
     * that would not be enough, since the others are in flight, none is dropped and the new message is refused.
     */
    DROP_OLDEST,
    /**
     * The oldest waiting messages of QoS 0 make room, as many as it takes: {@link PublicationState#DROPPED}. Where that
     * would not be enough, none is dropped and the new message is refused.
     */
    DROP_QOS_0_FIRST,
    /**
     * It waits in memory, in its order, until there is room; {@link Publication#stored()} completes then. No thread is
     * blocked and nothing is refused, so the application has to bound how many it publishes, by waiting for that.
     */
    WAIT
}
