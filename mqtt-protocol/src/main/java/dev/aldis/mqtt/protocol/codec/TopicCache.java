package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topics that came last, found by their bytes, so that a topic that repeats is neither decoded nor allocated again.
 * Each topic has one place; another one with the same place takes it over. A place costs no more than a short topic, so
 * the cache is bounded.
 */
final class TopicCache {

    private static final int SLOTS = 512;
    private static final int LONGEST_BYTES = 256;

    private final @Nullable TopicName[] topics = new @Nullable TopicName[SLOTS];

    /** The place of a topic. */
    int slot(byte[] bytes, int offset, int length) {
        if (length > LONGEST_BYTES) {
            return -1;
        }
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        hash *= 0x9E37_79B9;
        return hash >>> 23;
    }

    /** The topic of these bytes if it is in its place. */
    @Nullable
    TopicName find(int slot, byte[] bytes, int offset, int length) {
        TopicName topic = slot < 0 ? null : topics[slot];
        return topic != null && topic.hasUtf8(bytes, offset, offset + length) ? topic : null;
    }

    /** Puts a topic into its place. */
    TopicName put(int slot, TopicName topic) {
        if (slot >= 0) {
            topics[slot] = topic;
        }
        return topic;
    }
}
