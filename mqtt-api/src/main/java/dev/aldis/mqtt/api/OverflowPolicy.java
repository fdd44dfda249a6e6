package dev.aldis.mqtt.api;

/** What happens to a message that is published while as many wait as {@link ClientLimits} allows. */
public enum OverflowPolicy {
    /** It is refused: {@link PublicationState#REFUSED}. */
    REJECT_NEWEST,
    /**
     * The oldest message that has not been sent makes room: {@link PublicationState#DROPPED}. Where all are in flight, the
     * new message is refused.
     */
    DROP_OLDEST,
    /** The oldest waiting message of QoS 0 makes room: {@link PublicationState#DROPPED}. Where there is none, the new
     * message is refused. */
    DROP_QOS_0_FIRST,
    /**
     * It waits in memory, in its order, until there is room; {@link Publication#stored()} completes then. No thread is
     * blocked and nothing is refused, so the application has to bound how many it publishes, by waiting for that.
     */
    WAIT
}
