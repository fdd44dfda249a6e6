package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is named once, and whether the newest commit has a part in it: only then a step back may help. */
class InspectionTest {

    private static final int RECORDS = 1_000;

    @TempDir
    Path folder;

    private Path data;
    private OpenFile file;
    private MVMap<Long, byte[]> records;

    @BeforeEach
    void fill() {
        data = folder.resolve("client.mv.db");
        FileAccess.PLAIN.create(data);
        file = FileAccess.PLAIN.open(data);
        records = file.records();
        for (long key = 0; key < RECORDS; key++) {
            put(key);
        }
        file.store().commit();
        // The newest commit has the first of many pages, and those above it.
        put(0);
        file.store().commit();
    }

    @AfterEach
    void close() {
        file.store().closeImmediately();
    }

    private void put(long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.allocate(20));
        records.put(key, new RecordFormat().encode(batch, 0));
    }

    /** A page of records, counted from the one with the smallest key. */
    private Page<Long, byte[]> leaf(int index) {
        Page<Long, byte[]> root = records.getRootPage();
        Page<Long, byte[]> leaf = root.getChildPage(index);
        assertTrue(leaf.isLeaf(), "two levels");
        assertEquals(index == 0, file.fileStore().isInNewestCommit(leaf.getPos()));
        return leaf;
    }

    /** In memory, so that the checksums of the commits are right. */
    private long damageRecord(Page<Long, byte[]> leaf) {
        leaf.setValue(3, new byte[20]);
        return leaf.getKey(3);
    }

    private static void swapKeys(Page<Long, byte[]> leaf) {
        long key = leaf.getKey(3);
        leaf.setKey(3, leaf.getKey(4));
        leaf.setKey(4, key);
    }

    private void check(Inspection found, int badPages, boolean newest) {
        assertEquals(badPages, found.badPages().size(), found.badPages()::toString);
        assertEquals(newest, found.newestCommitDamaged());
        assertEquals(badPages == 0 && found.damagedKeys().isEmpty(), found.isClean());
    }

    /** Writes zeros over the first bytes of a page and opens the file anew. */
    private void losePage(long position) throws IOException {
        int start = TestStores.startOf(data, position);
        file.store().closeImmediately();
        byte[] bytes = Files.readAllBytes(data);
        Arrays.fill(bytes, start, start + 8, (byte) 0);
        Files.write(data, bytes);
        file = FileAccess.PLAIN.open(data);
    }

    @Test
    void aWholeFileIsClean() {
        Inspection found = Inspection.of(file);
        check(found, 0, false);
        assertEquals(List.of(), found.damagedKeys());
    }

    @Test
    void aDamagedRecordIsNamedAndItsCommitIsKnown() {
        long old = damageRecord(leaf(2));
        Inspection found = Inspection.of(file);
        assertEquals(List.of(old), found.damagedKeys());
        check(found, 0, false);
        long newest = damageRecord(leaf(0));
        found = Inspection.of(file);
        assertEquals(List.of(newest, old), found.damagedKeys());
        check(found, 0, true);
    }

    @Test
    void aPageThatIsOutOfOrderIsNamedAndItsCommitIsKnown() {
        swapKeys(leaf(2));
        Inspection found = Inspection.of(file);
        check(found, 1, false);
        assertEquals(List.of("its keys are out of order"), found.badPages());
        swapKeys(leaf(0));
        check(Inspection.of(file), 2, true);
    }

    @Test
    void aRecordOfAnOldCommitDoesNotHideThatTheNewestIsDamaged() {
        swapKeys(leaf(0));
        damageRecord(leaf(2));
        check(Inspection.of(file), 1, true);
        swapKeys(leaf(0));
        check(Inspection.of(file), 0, false);
    }

    /** H2 takes a map that is not in its list for an empty one. */
    @Test
    void withoutTheFirstRecordAllMayBeMissing() {
        records.remove(OpenFile.FIRST_KEY);
        file.store().commit();
        Inspection found = Inspection.of(file);
        check(found, 1, true);
        assertTrue(found.badPages().get(0).contains("the first record is missing"), found.badPages()::toString);
    }

    /** That the newest commit is damaged would cost what is in it, and bring nothing back. */
    @Test
    void aFirstRecordOnAPageThatCannotBeReadIsMissingForThatReason() throws IOException {
        put(RECORDS);
        file.store().commit();
        long position = records.getRootPage().getChildPagePos(0);
        assertFalse(file.fileStore().isInNewestCommit(position));
        losePage(position);
        check(Inspection.of(file), 1, false);
    }

    @Test
    void aTopmostPageThatCannotBeReadIsDamageOfTheNewestCommit() throws IOException {
        losePage(records.getRootPage().getPos());
        Inspection found = Inspection.of(file);
        check(found, 2, true);
        assertTrue(found.badPages().get(1).startsWith("the checksum of commit "), found.badPages()::toString);
        assertNotEquals(found.badPages().get(0), found.badPages().get(1));
    }

    @Test
    void aCommitWhoseRecordsAreWholeMayHaveAWrongChecksum() throws IOException {
        for (boolean newest : new boolean[] {false, true}) {
            int start = TestStores.startOf(data, leaf(newest ? 0 : 2).getPos());
            file.store().closeImmediately();
            byte[] bytes = Files.readAllBytes(data);
            // A blank at the end of the block that its head stands in.
            int head = start / FileHead.BLOCK_BYTES * FileHead.BLOCK_BYTES;
            while (bytes[head] != 'c') {
                head -= FileHead.BLOCK_BYTES;
            }
            int line = head;
            while (bytes[line] != '\n') {
                line++;
            }
            assertEquals(' ', bytes[line - 1]);
            bytes[line - 1] = '\t';
            Files.write(data, bytes);
            file = FileAccess.PLAIN.open(data);
            records = file.records();
            Inspection found = Inspection.of(file);
            assertEquals(List.of(), found.damagedKeys());
            check(found, newest ? 2 : 1, newest);
            assertTrue(found.badPages().get(0).startsWith("the checksum of commit "), found.badPages()::toString);
        }
    }
}
