package dev.aldis.mqtt.protocol.engine;

/**
 * How much of the queue is held in memory; what is behind it is in the store only. Messages whose outcome somebody awaits
 * are held besides.
 *
 * @param messages the greatest number of messages at the front of the queue; 2 or more
 * @param bytes the greatest number of bytes of payload that these have together, but for one message
 */
record Residence(int messages, long bytes) {

    static final Residence DEFAULT = new Residence(4_096, 8L << 20);

    /** Whether so much is left at the front that nothing need be read. */
    boolean isEnough(int count, long sizeBytes) {
        return count >= messages / 2 || sizeBytes >= bytes / 2;
    }

    /** Whether more at the front would be too much. */
    boolean isFull(int count, long sizeBytes) {
        return count >= messages || sizeBytes >= bytes;
    }
}
