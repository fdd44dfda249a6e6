package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.TopicName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found for the topics that came last, so that a topic that repeats is neither cut into levels nor looked up
 * again. Each topic has one place; another one with the same place takes it over. For one thread.
 *
 * @param <T> what is found
 */
final class MatchCache<T> {

    private static final int SLOTS = 256;
    private static final int LONGEST_BYTES = 256;

    private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];

    private record Entry(TopicName topic, List<?> found) {}

    @SuppressWarnings("unchecked") // Only put() fills the entries.
    @Nullable
    List<T> find(TopicName topic) {
        Entry entry = entries[slot(topic)];
        return entry != null && entry.topic.equals(topic) ? (List<T>) entry.found : null;
    }

    /** Remembers what was found for a topic until the next {@link #clear}; an immutable copy of it is the result. */
    List<T> put(TopicName topic, List<T> found) {
        List<T> kept = List.copyOf(found);
        if (topic.sizeBytes() <= LONGEST_BYTES) {
            entries[slot(topic)] = new Entry(topic, kept);
        }
        return kept;
    }

    /** What is found has changed. */
    void clear() {
        Arrays.fill(entries, null);
    }

    private static int slot(TopicName topic) {
        return (topic.hashCode() * 0x9E37_79B9) >>> 24;
    }
}
