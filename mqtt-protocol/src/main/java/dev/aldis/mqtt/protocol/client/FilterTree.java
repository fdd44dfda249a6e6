package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by topic filter, found by topic name in the number of its levels, not of the filters. For one thread.
 *
 * @param <T> what is found
 */
final class FilterTree<T> {

    private final Node<T> root = new Node<>();
    private final MatchCache<T> cache = new MatchCache<>();

    private static final class Node<T> {
        final Map<String, Node<T>> children = new HashMap<>();
        /** Of a filter that ends here. */
        @Nullable
        T value;
        /** Of a filter that ends here with {@code #}. */
        @Nullable
        T valueOfRest;

        boolean isEmpty() {
            return children.isEmpty() && value == null && valueOfRest == null;
        }
    }

    /** Sets the value of a filter, in place of the one it had. */
    void put(TopicFilter filter, T value) {
        cache.clear();
        Node<T> node = root;
        for (String level : levels(filter.matchingText())) {
            if (level.equals("#")) {
                node.valueOfRest = value;
                return;
            }
            node = node.children.computeIfAbsent(level, ignored -> new Node<>());
        }
        node.value = value;
    }

    /** The value of a filter; null if it has none. */
    @Nullable
    T get(TopicFilter filter) {
        Node<T> node = root;
        for (String level : levels(filter.matchingText())) {
            if (level.equals("#")) {
                return node.valueOfRest;
            }
            node = node.children.get(level);
            if (node == null) {
                return null;
            }
        }
        return node.value;
    }

    /** Removes a filter if a condition holds for its value. */
    void removeIf(TopicFilter filter, Predicate<T> condition) {
        cache.clear();
        remove(root, levels(filter.matchingText()), 0, condition);
    }

    /** Removes the values that a condition holds for. */
    void removeIf(Predicate<T> condition) {
        cache.clear();
        removeIf(root, condition);
    }

    private static <T> void removeIf(Node<T> node, Predicate<T> condition) {
        if (node.value != null && condition.test(node.value)) {
            node.value = null;
        }
        if (node.valueOfRest != null && condition.test(node.valueOfRest)) {
            node.valueOfRest = null;
        }
        node.children.values().removeIf(child -> {
            removeIf(child, condition);
            return child.isEmpty();
        });
    }

    private static <T> void remove(Node<T> node, List<String> levels, int depth, Predicate<T> condition) {
        if (depth == levels.size()) {
            if (node.value != null && condition.test(node.value)) {
                node.value = null;
            }
            return;
        }
        String level = levels.get(depth);
        if (level.equals("#")) {
            if (node.valueOfRest != null && condition.test(node.valueOfRest)) {
                node.valueOfRest = null;
            }
            return;
        }
        Node<T> child = node.children.get(level);
        if (child != null) {
            remove(child, levels, depth + 1, condition);
            if (child.isEmpty()) {
                node.children.remove(level);
            }
        }
    }

    /** The values of all filters that match, each once, in the order of more and more special filters. Immutable. */
    List<T> match(TopicName topic) {
        List<T> known = cache.find(topic);
        return known != null ? known : cache.put(topic, search(topic));
    }

    private List<T> search(TopicName topic) {
        List<T> found = new ArrayList<>(2);
        // A wildcard in the first level does not match a topic that begins with $ [MQTT-4.7.2-1].
        boolean reserved = topic.text().charAt(0) == '$';
        match(root, levels(topic.text()), 0, reserved, found);
        return found;
    }

    private static <T> void match(Node<T> node, List<String> levels, int depth, boolean reserved, List<T> found) {
        boolean wildcards = depth > 0 || !reserved;
        if (wildcards) {
            add(node.valueOfRest, found);
        }
        if (depth == levels.size()) {
            add(node.value, found);
            return;
        }
        Node<T> any = wildcards ? node.children.get("+") : null;
        if (any != null) {
            match(any, levels, depth + 1, reserved, found);
        }
        Node<T> exact = node.children.get(levels.get(depth));
        if (exact != null) {
            match(exact, levels, depth + 1, reserved, found);
        }
    }

    private static <T> void add(@Nullable T value, List<T> found) {
        if (value != null && !found.contains(value)) {
            found.add(value);
        }
    }

    private static List<String> levels(String text) {
        List<String> levels = new ArrayList<>(8);
        int start = 0;
        for (int end = text.indexOf('/'); end >= 0; end = text.indexOf('/', start)) {
            levels.add(text.substring(start, end));
            start = end + 1;
        }
        levels.add(text.substring(start));
        return levels;
    }
}
