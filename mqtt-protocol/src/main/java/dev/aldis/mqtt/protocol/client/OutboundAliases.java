package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Aliases that this client has set on its connection (section 3.3.2.3.4). While there are free ones each topic gets
 * one. After that the topic that was not used for longest gives its own away, but only to a topic that comes a second time:
 * a client with a great many topics would otherwise set aliases that nobody uses.
 */
final class OutboundAliases {

    /** Of a topic no longer than this an alias saves nothing. */
    private static final int SHORT_BYTES = 3;

    /** Where topics that came once are remembered, each in the place of its hash. */
    private static final int CANDIDATES = 256;

    private final int maximum;

    /** In the order of their use. A look-up allocates nothing. */
    private final LinkedHashMap<TopicName, Integer> aliases = new LinkedHashMap<>(16, 0.75f, true);

    private final @Nullable TopicName[] candidates = new @Nullable TopicName[CANDIDATES];

    OutboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The alias that stands for a topic, or 0. */
    int find(TopicName topic) {
        Integer alias = aliases.get(topic);
        return alias == null ? 0 : alias;
    }

    /** Sets an alias for a topic that has none; 0 if it gets none. What it gives is to be sent. */
    int assign(TopicName topic) {
        if (topic.sizeBytes() <= SHORT_BYTES) {
            return 0;
        }
        int alias;
        if (aliases.size() < maximum) {
            alias = aliases.size() + 1;
        } else if (comesAgain(topic)) {
            Map.Entry<TopicName, Integer> eldest = aliases.entrySet().iterator().next();
            alias = eldest.getValue();
            aliases.remove(eldest.getKey());
        } else {
            return 0;
        }
        aliases.put(topic, alias);
        return alias;
    }

    private boolean comesAgain(TopicName topic) {
        int place = (topic.hashCode() * 0x9E37_79B9) >>> 24;
        boolean again = topic.equals(candidates[place]);
        candidates[place] = again ? null : topic;
        return again;
    }
}
