package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilterTreeTest {

    private static final String[] LEVELS = {"a", "b", "", "$x"};

    /** The tree against the plain rule of a filter, over random small topics and filters. */
    @Test
    void findsExactlyTheFiltersThatMatch() {
        long seed = 20_261_123L;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            FilterTree<String> tree = new FilterTree<>();
            List<TopicFilter> filters = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                TopicFilter filter = filter(random);
                tree.put(filter, filter.text());
                filters.add(filter);
            }
            TopicFilter removed = filters.get(random.nextInt(filters.size()));
            tree.removeIf(removed, value -> true);
            TopicName topic = topic(random);
            List<String> expected = filters.stream()
                    .filter(filter -> !filter.equals(removed) && filter.matches(topic))
                    .map(TopicFilter::text)
                    .distinct()
                    .sorted()
                    .toList();
            assertEquals(
                    expected,
                    tree.match(topic).stream().sorted().toList(),
                    () -> "seed " + seed + ", topic " + topic + ", filters " + filters + " without " + removed);
        }
    }

    private static TopicName topic(Random random) {
        String text = "";
        while (text.isEmpty()) {
            text = join(random, LEVELS.length);
        }
        return TopicName.of(text);
    }

    private static TopicFilter filter(Random random) {
        String[] levels = new String[1 + random.nextInt(3)];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextInt(4) == 0 ? "+" : LEVELS[random.nextInt(LEVELS.length)];
        }
        if (random.nextInt(3) == 0) {
            levels[levels.length - 1] = "#";
        }
        String text = String.join("/", levels);
        return TopicFilter.of(text.isEmpty() ? "/" : text);
    }

    private static String join(Random random, int choices) {
        List<String> levels = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            levels.add(LEVELS[random.nextInt(choices)]);
        }
        return String.join("/", levels);
    }

    @Test
    void sameValueOfSeveralFiltersIsFoundOnce() {
        FilterTree<String> tree = new FilterTree<>();
        tree.put(TopicFilter.of("#"), "one");
        tree.put(TopicFilter.of("a/+"), "one");
        tree.put(TopicFilter.of("$share/group/a/b"), "one");
        assertEquals(List.of("one"), tree.match(TopicName.of("a/b")));
    }

    @Test
    void changeOfFiltersShowsForATopicThatWasLookedUpBefore() {
        FilterTree<String> tree = new FilterTree<>();
        TopicName topic = TopicName.of("a/b");
        assertEquals(List.of(), tree.match(topic));
        tree.put(TopicFilter.of("a/+"), "one");
        assertEquals(List.of("one"), tree.match(topic));
        tree.put(TopicFilter.of("a/+"), "other");
        assertEquals(List.of("other"), tree.match(topic));
        tree.removeIf(TopicFilter.of("a/+"), value -> true);
        assertEquals(List.of(), tree.match(topic));
    }

    @Test
    void topicsThatShareAPlaceInTheCacheKeepTheirOwnFilters() {
        FilterTree<String> tree = new FilterTree<>();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 2_000; i++) {
                if (round == 0) {
                    tree.put(TopicFilter.of("t/" + i), "value " + i);
                }
                assertEquals(List.of("value " + i), tree.match(TopicName.of("t/" + i)));
            }
        }
    }

    @Test
    void emptyTreeFindsNothing() {
        FilterTree<String> tree = new FilterTree<>();
        tree.removeIf(TopicFilter.of("never/there"), value -> true);
        assertTrue(tree.match(TopicName.of("a")).isEmpty());
    }
}
