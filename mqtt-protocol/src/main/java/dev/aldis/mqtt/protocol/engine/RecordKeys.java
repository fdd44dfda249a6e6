package dev.aldis.mqtt.protocol.engine;

/**
 * How the keys of a store are divided: the top byte is the space, the rest a number that grows, so that a scan in key
 * order gives each space in its original order.
 */
final class RecordKeys {

    static final long META = 0;
    static final int SPACE_OUTBOUND = 1;
    static final int SPACE_IDENTIFIER = 2;
    static final int SPACE_INBOUND = 3;
    static final int SPACE_CHECKPOINT = 4;

    private static final int SPACE_SHIFT = 56;
    private static final long NUMBER_MASK = (1L << SPACE_SHIFT) - 1;

    private RecordKeys() {}

    static long outbound(long sequence) {
        return key(SPACE_OUTBOUND, sequence);
    }

    static long identifier(long sequence) {
        return key(SPACE_IDENTIFIER, sequence);
    }

    static long inbound(long deliveryIdentifier) {
        return key(SPACE_INBOUND, deliveryIdentifier);
    }

    static long checkpoint(int slot) {
        return key(SPACE_CHECKPOINT, slot);
    }

    static int space(long key) {
        return (int) (key >>> SPACE_SHIFT);
    }

    static long number(long key) {
        return key & NUMBER_MASK;
    }

    private static long key(int space, long number) {
        return ((long) space << SPACE_SHIFT) | number;
    }
}
