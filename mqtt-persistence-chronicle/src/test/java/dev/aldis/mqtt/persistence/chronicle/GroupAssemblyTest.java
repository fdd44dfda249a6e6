package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which groups count, and what is said about the others. In these tests each group puts the key that is its number. */
class GroupAssemblyTest {

    private static final int COMMIT = ChunkFormat.COMMIT;

    private final Records records = new Records();
    private final List<String> damage = new ArrayList<>();
    private final GroupAssembly assembly = new GroupAssembly(records, damage::add);

    @BeforeEach
    void oneSegment() {
        records.segments().add(1, Path.of("segment"), new ChunkFormat(1));
    }

    @Test
    void wholeGroupsCountTheNewestOneAsWell() {
        group(7);
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(7, 8);
        assertReports();
    }

    @Test
    void aGroupOfSeveralChunksCountsFromTheFirstToTheLast() {
        chunk(7, 0, 0, 70);
        chunk(7, 1, 0, 71);
        chunk(7, 2, COMMIT, 72);
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(8, 70, 71, 72);
        assertReports();
    }

    @Test
    void ofTheNewestGroupNothingCountsBeforeItsEndIsThereAndThatIsNoDamage() {
        group(7);
        chunk(8, 0, 0, 80);
        chunk(8, 1, 0, 81);
        assertEquals(7, assembly.end());
        assertKeys(7);
        assertReports();
    }

    @Test
    void anEmptyStoreHasNoGroup() {
        assertEquals(0, assembly.end());
        assertReports();
    }

    @Test
    void aGroupThatWasInterruptedAndWrittenAnewCountsOnce() {
        group(7);
        chunk(8, 0, 0, 80);
        chunk(8, 0, COMMIT, 81);
        group(9);
        assertEquals(9, assembly.end());
        assertKeys(7, 9, 81);
        assertReports();
    }

    @Test
    void aVoidGroupDoesNotCount() {
        group(7);
        group(8);
        chunk(8, 0, ChunkFormat.VOID);
        group(9);
        assertEquals(9, assembly.end());
        assertKeys(7, 9);
        assertReports();
    }

    @Test
    void aVoidGroupThatIsTheNewestKeepsItsNumber() {
        group(7);
        group(8);
        chunk(8, 0, ChunkFormat.VOID);
        assertEquals(8, assembly.end());
        assertKeys(7);
        assertReports();
    }

    /** What was written of a group need not be in the file when its void mark is. */
    @Test
    void aVoidMarkSettlesTheGroupBeforeIt() {
        group(7);
        chunk(8, 0, ChunkFormat.VOID);
        assertEquals(8, assembly.end());
        assertKeys(7);
        assertReports();
    }

    @Test
    void aVoidMarkAtTheBeginningOfAllThatIsLeftIsNoDamage() {
        chunk(8, 0, ChunkFormat.VOID);
        group(9);
        assertEquals(9, assembly.end());
        assertKeys(9);
        assertReports();
    }

    @Test
    void groupsThatAreMissingAreReported() {
        group(7);
        group(10);
        assertEquals(10, assembly.end());
        assertKeys(7, 10);
        assertReports("the commits 8 to 9 are missing");
    }

    @Test
    void groupsThatAreMissingInFrontOfAVoidOneAreReported() {
        group(7);
        chunk(9, 0, ChunkFormat.VOID);
        assertEquals(9, assembly.end());
        assertReports("the commits 8 to 8 are missing");
    }

    /** Commit 7 was lost altogether and 8 in part, so that the next commit was 7 again. */
    @Test
    void anUnfinishedGroupDoesNotCountAlsoWhereOneOfASmallerNumberFollows() {
        group(6);
        chunk(8, 0, 0, 80);
        group(7);
        assertEquals(7, assembly.end());
        assertKeys(6, 7);
        assertReports();
    }

    @Test
    void ofAGroupWithoutItsEndThatOthersFollowWhatIsThereCounts() {
        chunk(7, 0, 0, 70);
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(8, 70);
        assertReports("commit 7 is not whole");
    }

    @Test
    void ofAGroupWithoutAChunkInItsMiddleThatOthersFollowWhatIsThereCounts() {
        chunk(7, 0, 0, 70);
        chunk(7, 2, COMMIT, 72);
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(8, 70, 72);
        assertReports("commit 7 is not whole");
    }

    @Test
    void ofAGroupWithoutItsBeginningThatOthersFollowWhatIsThereCounts() {
        chunk(7, 1, COMMIT, 71);
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(8, 71);
        assertReports("commit 7 is not whole");
    }

    @Test
    void ofADamagedGroupThatOthersFollowWhatIsIntactCounts() {
        group(7);
        assembly.damageInChunk();
        group(8);
        assertEquals(8, assembly.end());
        assertKeys(7, 8);
        assertReports("commit 7 is not whole");
    }

    @Test
    void theNewestGroupIsGivenUpWhereItIsDamaged() {
        group(7);
        group(8);
        assembly.damageInChunk();
        assertEquals(7, assembly.end());
        assertKeys(7);
        assertReports("the newest commit, 8, is torn");
    }

    @Test
    void theNewestGroupIsGivenUpWhereAChunkOfItIsMissing() {
        group(7);
        chunk(8, 0, 0, 80);
        chunk(8, 2, COMMIT, 82);
        assertEquals(7, assembly.end());
        assertKeys(7);
        assertReports("the newest commit, 8, is torn");
    }

    @Test
    void damageBehindAWholeGroupIsNotDamageOfThatGroup() {
        group(7);
        assembly.damageBehindChunk();
        assertEquals(7, assembly.end());
        assertKeys(7);
        assertReports();
    }

    @Test
    void damageBehindAGroupWithoutItsEndTearsIt() {
        group(7);
        chunk(8, 0, 0, 80);
        assembly.damageBehindChunk();
        chunk(8, 1, COMMIT, 81);
        assertEquals(7, assembly.end());
        assertKeys(7);
        assertReports("the newest commit, 8, is torn");
    }

    private void group(long group) {
        chunk(group, 0, COMMIT, group);
    }

    private void chunk(long group, int part, int flags, long... keys) {
        assembly.begin(new Head(ChunkFormat.VERSION, flags, 0, part, group, 1));
        for (long key : keys) {
            assembly.add(key, Location.of(0, 100 + key, 20));
        }
    }

    private void assertKeys(long... expected) {
        long[] keys = new long[100];
        int count = records.index().copyFrom(0, keys.length, keys, new long[keys.length]);
        assertEquals(Arrays.toString(expected), Arrays.toString(Arrays.copyOf(keys, count)));
    }

    private void assertReports(String... beginnings) {
        assertEquals(beginnings.length, damage.size(), damage::toString);
        for (int i = 0; i < beginnings.length; i++) {
            String report = damage.get(i);
            String beginning = beginnings[i];
            assertEquals(beginning, report.substring(0, Math.min(report.length(), beginning.length())));
        }
    }
}
