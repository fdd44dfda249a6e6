package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.QoS;

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
    static final int SPACE_QOS_0 = 6;

    /** No client lives long enough to give so many numbers: a greater one is damage, and would leave no number to give. */
    static final long LARGEST_NUMBER = 1L << 55;

    private static final int SPACE_SHIFT = 56;
    private static final long NUMBER_MASK = (1L << SPACE_SHIFT) - 1;

    /** Behind all messages of QoS 1 and 2; what their space has from here on is damage. */
    static final long OUTBOUND_END = key(SPACE_OUTBOUND, LARGEST_NUMBER + 1);

    private RecordKeys() {}

    static long outbound(long sequence) {
        return key(SPACE_OUTBOUND, sequence);
    }

    /** The key of a message by its QoS: those of QoS 0 have a space of their own, since they are not resumed. */
    static long message(OutboundMessage message) {
        return message.message().qos() == QoS.AT_MOST_ONCE
                ? key(SPACE_QOS_0, message.sequence)
                : outbound(message.sequence);
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
