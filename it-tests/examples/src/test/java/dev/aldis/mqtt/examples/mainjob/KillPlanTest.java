package dev.aldis.mqtt.examples.mainjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class KillPlanTest {

    private static final int ROWS = 1_461;

    @Test
    void theSameSeedDrawsTheSameKills() {
        KillPlan first = new KillPlan(7, ROWS);
        KillPlan second = new KillPlan(7, ROWS);
        assertEquals(first.at(first.draw(5, 0, 1)), second.at(second.draw(5, 0, 1)));
    }

    @Test
    void killsGrowAndEachLeavesRowsToTheNextRun() {
        for (long seed = 0; seed < 1_000; seed++) {
            KillPlan plan = new KillPlan(seed, ROWS);
            int before = 0;
            for (Kill kill : plan.at(plan.draw(4, 0, 1))) {
                assertTrue(kill.row() > before, "seed " + seed + ": " + kill);
                assertTrue(kill.lastRow() >= kill.row() && kill.lastRow() < ROWS, "seed " + seed + ": " + kill);
                before = kill.lastRow();
            }
        }
    }

    @Test
    void severalRunsKillAllOverTheRows() {
        for (int run = 0; run < 20; run++) {
            List<Integer> rows = new KillPlan(run, ROWS).draw(1, run, 20);
            assertEquals(run, (rows.get(0) - 1) * 20 / (ROWS - 1));
        }
    }
}
