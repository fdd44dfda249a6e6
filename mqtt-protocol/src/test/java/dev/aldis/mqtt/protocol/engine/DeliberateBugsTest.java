package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves the checkers of the simulation: each of many mistakes is made in our own sources, and has to be found. Prints how
 * many worlds each of them took.
 */
@Timeout(900)
class DeliberateBugsTest {

    private static final long FIRST_SEED = 7_000_000L;
    private static final int MOST_WORLDS = Integer.getInteger("aldis.bugWorlds", 20_000);

    /** What conversations of so many messages have to show as well when they are enumerated. */
    private static final Map<String, Integer> SMALL = Map.of(
            "PUBREC leaves before the message is stored", 2,
            "a QoS 2 message is handed over before it is stored", 1,
            "PUBREL leaves before PUBREC is stored", 1,
            "PUBCOMP leaves before the identifier is forgotten", 1,
            "the gate opens one batch too early", 1,
            "a message is called complete before the store has forgotten it", 1,
            "the end of a message is told twice", 1);

    @TempDir
    Path folder;

    @Test
    void eachDeliberateBugIsFound() {
        List<DeliberateBugs.Bug> bugs = DeliberateBugs.ALL;
        assertTrue(bugs.size() >= 15);
        int[] worlds = new int[bugs.size()];
        IntStream.range(0, bugs.size()).parallel().forEach(i -> worlds[i] = worldsUntilFound(bugs.get(i), i));
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < worlds.length; i++) {
            table.append(String.format(Locale.ROOT, "%n%6d  %s", worlds[i], bugs.get(i)));
        }
        System.out.println("Worlds until a deliberate bug was found:" + table);
        List<DeliberateBugs.Bug> missed = IntStream.range(0, worlds.length)
                .filter(i -> worlds[i] == 0)
                .mapToObj(bugs::get)
                .toList();
        assertEquals(List.of(), missed, "Not found within " + MOST_WORLDS + " worlds");
    }

    @Test
    void theEnumerationFindsBugsToo() {
        List<DeliberateBugs.Bug> bugs = DeliberateBugs.ALL.stream()
                .filter(bug -> SMALL.containsKey(bug.name()))
                .toList();
        assertEquals(SMALL.size(), bugs.size());
        Map<String, Long> steps = new ConcurrentSkipListMap<>();
        bugs.parallelStream().forEach(bug -> steps.put(bug.name(), stepsUntilFound(bug)));
        System.out.println("Steps of an enumeration until a deliberate bug was found:");
        steps.forEach((name, count) -> System.out.printf(Locale.ROOT, "%6d  %s%n", count, name));
        assertFalse(steps.containsValue(0L), () -> "Not found: " + steps);
    }

    private long stepsUntilFound(DeliberateBugs.Bug bug) {
        try {
            Path own = Files.createTempDirectory(folder, "small");
            return BuggyProtocol.compile(bug, own).stepsUntilFound(SMALL.getOrDefault(bug.name(), 1));
        } catch (Exception e) {
            throw new AssertionError("'" + bug + "' could not be tried: " + e, e);
        }
    }

    private int worldsUntilFound(DeliberateBugs.Bug bug, int number) {
        try {
            Path own = Files.createDirectory(folder.resolve(String.valueOf(number)));
            BuggyProtocol buggy = BuggyProtocol.compile(bug, own);
            int worlds = buggy.worldsUntilFound(FIRST_SEED, MOST_WORLDS);
            if (worlds > 0) {
                // What was found must not be there without the bug.
                Simulation.run(FIRST_SEED + worlds - 1);
            }
            return worlds;
        } catch (Exception e) {
            throw new AssertionError("'" + bug + "' could not be tried: " + e, e);
        }
    }
}
