package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.h2.mvstore.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new file has every record of the old one, what was damaged apart, or is not made at all where nothing may be lost. */
class FileCopyTest {

    private static final int RECORDS = 300;

    @TempDir
    Path folder;

    private SimulatedDisk disk;
    private StorePaths paths;
    private FileAccess access;
    private OpenFile from;

    @BeforeEach
    void fill() {
        disk = new SimulatedDisk();
        access = new FileAccess(disk.fileSystem(), Optional.empty());
        paths = new StorePaths(folder, "client");
        access.create(paths.data());
        from = access.open(paths.data());
        ChangeBatch batch = new ChangeBatch();
        for (int key = 0; key < RECORDS; key++) {
            batch.put(key, 1, ByteBuffer.wrap(new byte[] {(byte) key}));
        }
        RecordFormat format = new RecordFormat();
        for (int i = 0; i < batch.size(); i++) {
            from.records().put(batch.key(i), format.encode(batch, i));
        }
        from.store().commit();
    }

    @AfterEach
    void close() {
        from.store().closeImmediately();
        assertEquals(0, disk.openFiles());
        disk.close();
    }

    private FileCopy copy(FileCopy.Damage onDamage) {
        return new FileCopy(paths, access, onDamage);
    }

    @Test
    void allRecordsAreInTheNewFileWhichIsClosed() throws IOException {
        Files.write(paths.draft(), new byte[12_345]);
        assertEquals(RECORDS, copy(FileCopy.Damage.GIVE_UP).makeDraft(from));
        assertEquals(1, disk.openFiles());
        OpenFile draft = access.open(paths.draft());
        assertEquals(RECORDS + 1, draft.records().size(), "and the first of all");
        assertArrayEquals(from.records().get(7L), draft.records().get(7L));
        assertFalse(draft.hasQuarantine());
        assertEquals(RecordFormat.VERSION, draft.formatVersion());
        draft.store().closeImmediately();
    }

    @Test
    void whatIsDamagedIsSetAsideWithWhatWasSetAsideBefore() throws IOException {
        from.records().put(5L, new byte[] {1, 2});
        from.quarantine().put(1_000L, new byte[] {3});
        assertEquals(RECORDS - 1, copy(FileCopy.Damage.SET_ASIDE).makeDraft(from));
        OpenFile draft = access.open(paths.draft());
        assertNull(draft.records().get(5L));
        assertArrayEquals(new byte[] {1, 2}, draft.quarantine().get(5L));
        assertArrayEquals(new byte[] {3}, draft.quarantine().get(1_000L));
        draft.store().closeImmediately();
    }

    private void assertGivesUp(String reason) {
        IllegalStateException givenUp = assertThrows(
                IllegalStateException.class, () -> copy(FileCopy.Damage.GIVE_UP).makeDraft(from));
        assertTrue(String.valueOf(givenUp.getMessage()).contains(reason), givenUp::getMessage);
        assertTrue(String.valueOf(givenUp.getMessage()).contains(paths.data().toString()), givenUp::getMessage);
        assertEquals(1, disk.openFiles());
    }

    /** Only an opening reports what is damaged. */
    @Test
    void aFileThatIsUsedIsNotReplacedIfAnythingOfItIsDamaged() {
        from.records().put(5L, new byte[] {1, 2});
        assertGivesUp("record 5 is damaged");
    }

    @Test
    void norIfAPageOfItIsDamaged() {
        Page<Long, byte[]> root = from.records().getRootPage();
        root.setKey(1, root.getKey(1) + 1);
        assertGivesUp("its keys are out of order");
    }
}
