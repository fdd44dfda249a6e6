package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

    private int worldsUntilFound(DeliberateBugs.Bug bug, int number) {
        try {
            Path own = Files.createDirectory(folder.resolve(String.valueOf(number)));
            int worlds = BuggyProtocol.worldsUntilFound(BuggyProtocol.compile(bug, own), FIRST_SEED, MOST_WORLDS);
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
