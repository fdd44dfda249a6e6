package dev.aldis.mqtt.protocol.engine;

/** Which Packet Identifiers the client uses: one pool for PUBLISH, SUBSCRIBE and UNSUBSCRIBE [MQTT-2.2.1-3]. */
final class PacketIdentifiers {

    static final int MAXIMUM = 65_535;

    private final long[] used = new long[(MAXIMUM + 1) / Long.SIZE];
    private int inUse;
    private int last;

    int inUse() {
        return inUse;
    }

    /** The next free identifier after the last one given, so that one is not soon used again; 0 if all are in use. */
    int allocate() {
        if (inUse == MAXIMUM) {
            return 0;
        }
        int candidate = last;
        do {
            candidate = candidate == MAXIMUM ? 1 : candidate + 1;
        } while (isUsed(candidate));
        last = candidate;
        mark(candidate);
        return candidate;
    }

    /** Takes an identifier that a store remembered; false if it is in use already. */
    boolean reserve(int identifier) {
        if (isUsed(identifier)) {
            return false;
        }
        mark(identifier);
        last = identifier;
        return true;
    }

    void free(int identifier) {
        if (!isUsed(identifier)) {
            throw new IllegalStateException("Packet Identifier " + identifier + " is freed but was not in use");
        }
        used[identifier >>> 6] &= ~(1L << identifier);
        inUse--;
    }

    private void mark(int identifier) {
        used[identifier >>> 6] |= 1L << identifier;
        inUse++;
    }

    private boolean isUsed(int identifier) {
        return (used[identifier >>> 6] & (1L << identifier)) != 0;
    }
}
