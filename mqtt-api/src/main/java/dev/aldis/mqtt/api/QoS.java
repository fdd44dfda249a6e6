package dev.aldis.mqtt.api;

/** Quality of Service of a message or a subscription (MQTT 5.0, section 4.3). */
public enum QoS {
    /** QoS 0: delivered at most once; stored nowhere, never acknowledged. */
    AT_MOST_ONCE(0),
    /** QoS 1: delivered at least once; kept by the sender until PUBACK. */
    AT_LEAST_ONCE(1),
    /** QoS 2: delivered exactly once; kept by the sender until PUBREC, its identifier until PUBCOMP. */
    EXACTLY_ONCE(2);

    private static final QoS[] BY_LEVEL = values();

    private final int level;

    QoS(int level) {
        this.level = level;
    }

    /**
     * The level as it stands on the wire.
     *
     * @return 0, 1 or 2
     */
    public int level() {
        return level;
    }

    /**
     * The constant for a level.
     *
     * @param level 0, 1 or 2
     * @return the constant
     * @throws IllegalArgumentException if there is no such level
     */
    public static QoS of(int level) {
        if (level < 0 || level > 2) {
            throw new IllegalArgumentException("QoS " + level + " does not exist; use 0, 1 or 2");
        }
        return BY_LEVEL[level];
    }
}
