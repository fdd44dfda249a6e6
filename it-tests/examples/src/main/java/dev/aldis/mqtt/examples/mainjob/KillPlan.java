package dev.aldis.mqtt.examples.mainjob;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Draws the points at which the publisher is killed. The same seed draws the same points. */
final class KillPlan {

    /** How many rows may be under way behind the row of the kill, so that kills strike busy and idle publishers. */
    private static final int MAXIMUM_ROWS_BEHIND = 200;

    private static final List<Moment> MOMENTS = List.of(Moment.values());

    private final Random random;
    private final int rows;

    /**
     * A plan.
     *
     * @param rows how many there are; none of the kills is after the last
     */
    KillPlan(long seed, int rows) {
        this.random = new Random(seed);
        this.rows = rows;
    }

    /** Rows to be killed at, in growing order: the first drawn from a part of the rows, the others from all. */
    List<Integer> draw(int kills, int part, int parts) {
        TreeSet<Integer> drawn = new TreeSet<>();
        int possible = rows - 1;
        int from = (int) ((long) possible * part / parts);
        int to = (int) ((long) possible * (part + 1) / parts);
        drawn.add(1 + from + random.nextInt(Math.max(1, to - from)));
        while (drawn.size() < kills) {
            drawn.add(1 + random.nextInt(possible));
        }
        return List.copyOf(drawn);
    }

    /** Kills at these rows, in growing order. */
    List<Kill> at(List<Integer> killRows) {
        List<Kill> kills = new ArrayList<>();
        for (int i = 0; i < killRows.size(); i++) {
            int row = killRows.get(i);
            // Each kill leaves something to publish for the next run.
            int limit = i + 1 < killRows.size() ? killRows.get(i + 1) - 1 : rows - 1;
            int lastRow = Math.min(row + random.nextInt(MAXIMUM_ROWS_BEHIND + 1), limit);
            Moment moment = MOMENTS.get(random.nextInt(MOMENTS.size()));
            kills.add(new Kill(row, moment, lastRow));
        }
        return kills;
    }
}
