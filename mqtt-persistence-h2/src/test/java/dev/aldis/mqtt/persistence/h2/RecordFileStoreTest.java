package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Truncate;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Write;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.Page;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.WriteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What H2's file store does otherwise for us, on a file by itself. */
@Timeout(60)
class RecordFileStoreTest {

    private static final int MEGABYTE = 1 << 20;

    /** Enough for pages of their own. */
    private static final int RECORDS = 1_000;

    @TempDir
    Path folder;

    private SimulatedDisk disk;
    private FileAccess access;
    private Path data;
    private OpenFile file;

    @BeforeEach
    void makeFile() {
        disk = new SimulatedDisk();
        access = new FileAccess(disk.fileSystem(), Optional.empty());
        data = folder.resolve("client.mv.db");
        access.create(data);
        file = access.open(data);
    }

    @AfterEach
    void closeFile() {
        disk.failWith(operation -> {});
        file.store().closeImmediately();
        disk.close();
    }

    private RecordFileStore store() {
        return file.fileStore();
    }

    private void put(long key, byte[] bytes) {
        file.records().put(key, bytes);
    }

    private void commit() {
        file.store().commit();
    }

    /** A small commit, after which no page at either end of the map is of an older one. */
    private void commitSomething(int number) {
        put(OpenFile.FIRST_KEY, new byte[0]);
        put(Long.MAX_VALUE, new byte[] {(byte) number});
        commit();
    }

    private void fill() {
        for (long key = 0; key < RECORDS; key++) {
            put(key, text(key).getBytes(StandardCharsets.UTF_8));
        }
        commit();
    }

    private static String text(long key) {
        return "<record " + key + ">";
    }

    private void reopen() {
        file.store().closeImmediately();
        file = access.open(data);
    }

    @Test
    void whatIsInUseEndsWhereTheLastCommitEnds() throws IOException {
        fill();
        long end = Files.size(data);
        assertEquals(end, store().bytesInUse());
        put(0, new byte[MEGABYTE]);
        commit();
        assertEquals(Files.size(data), store().bytesInUse());
        assertTrue(store().bytesInUse() > end + MEGABYTE);
    }

    @Test
    void liveIsWhatIsStillNeeded() {
        put(1, new byte[MEGABYTE]);
        commit();
        long full = store().liveBytes();
        assertTrue(full > MEGABYTE && full < 3 * MEGABYTE, "live " + full);
        file.records().remove(1L);
        commit();
        commit();
        put(2, new byte[1]);
        commit();
        assertTrue(store().liveBytes() < MEGABYTE / 10, "live " + store().liveBytes());
    }

    @Test
    void eachPageBelongsToTheCommitThatWroteIt() {
        fill();
        MVMap<Long, byte[]> records = file.records();
        assertTrue(store().isInNewestCommit(records.getRootPage().getChildPagePos(0)));
        put(RECORDS, new byte[1]);
        commit();
        Page<Long, byte[]> root = records.getRootPage();
        assertTrue(store().isInNewestCommit(root.getPos()));
        assertTrue(store().isInNewestCommit(root.getChildPagePos(root.getRawChildPageCount() - 1)));
        assertFalse(store().isInNewestCommit(root.getChildPagePos(0)));
    }

    private void damage(String text) throws IOException {
        byte[] bytes = Files.readAllBytes(data);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text) + 2] ^= 1;
        Files.write(data, bytes);
    }

    @Test
    void aCommitIsChangedIfAnyOfItsBytesIsAndSomethingOfItIsStillNeeded() throws IOException {
        fill();
        put(RECORDS, "<newest>".getBytes(StandardCharsets.UTF_8));
        commit();
        reopen();
        assertEquals(List.of(), store().changedSinceWritten());

        damage(text(5));
        reopen();
        List<SFChunk> changed = store().changedSinceWritten();
        assertEquals(1, changed.size(), changed::toString);
        assertFalse(store().isNewestCommit(changed.get(0)));

        damage("<newest>");
        reopen();
        changed = store().changedSinceWritten();
        assertEquals(2, changed.size(), changed::toString);
        assertTrue(store().isNewestCommit(changed.get(0)));
        assertNotEquals(changed.get(0).id, changed.get(1).id);
    }

    /** The pages of the first commit are all replaced, and its space is not yet used again. */
    @Test
    void aCommitThatNobodyNeedsMayHaveChanged() throws IOException {
        put(1, "<first>".getBytes(StandardCharsets.UTF_8));
        commit();
        put(1, "<second>".getBytes(StandardCharsets.UTF_8));
        commit();
        byte[] bytes = Files.readAllBytes(data);
        damage("<first>");
        assertFalse(Arrays.equals(bytes, Files.readAllBytes(data)));
        reopen();
        assertEquals(List.of(), store().changedSinceWritten());
    }

    /** A list of commits may be damaged as well. */
    @Test
    void aCommitThatCannotBeWhereItIsSaidToBeHasChanged() throws IOException {
        fill();
        put(RECORDS, new byte[1]);
        commit();
        byte[] whole = Files.readAllBytes(data);
        damage(text(5));
        reopen();
        SFChunk chunk = store().changedSinceWritten().get(0);
        Files.write(data, whole);
        assertEquals(List.of(), store().changedSinceWritten());
        long block = chunk.block;
        int len = chunk.len;
        for (long wrong : new long[] {0, 1, 1 << 20, -1}) {
            chunk.block = wrong;
            assertEquals(List.of(chunk), store().changedSinceWritten(), () -> "block " + wrong);
        }
        chunk.block = block;
        for (int wrong : new int[] {0, -1, 1 << 20, Integer.MAX_VALUE}) {
            chunk.len = wrong;
            assertEquals(List.of(chunk), store().changedSinceWritten(), () -> "length " + wrong);
        }
        chunk.len = len;
    }

    @Test
    void aCommitThatCannotBeReadCountsAsChangedAndTheDiskIsNoted() throws IOException {
        fill();
        file.store().closeImmediately();
        CommitChoice choice = new CommitChoice();
        file = access.open(data, choice);
        disk.failWith(operation -> {
            if (operation instanceof SimulatedDisk.Read) {
                throw new IOException("unreadable");
            }
        });
        assertNull(choice.unreadable());
        assertFalse(store().changedSinceWritten().isEmpty());
        MVStoreException unreadable = choice.unreadable();
        assertTrue(unreadable != null && unreadable.getCause() instanceof IOException, () -> "noted " + unreadable);
    }

    /** Each time costs a force to the disk. */
    @Test
    void aSmallFileOrOneThatIsRatherFullIsNotShortenedWhileItIsUsed() throws IOException {
        assertEquals(0, shortened(7, 0));
        assertEquals(0, shortened(12, 6));
    }

    @Test
    void aLargeFileThatIsRatherEmptyIsShortenedAfterAWhile() throws IOException {
        assertEquals(1, shortened(20, 0));
        assertTrue(Files.size(data) < MEGABYTE, "size " + Files.size(data));
    }

    /** How often a file of some megabytes, with some of them in use, is shortened in a hundred commits. */
    private long shortened(int megabytes, int used) throws IOException {
        fill();
        for (int i = 0; i < used; i++) {
            put(RECORDS + i, new byte[MEGABYTE]);
        }
        file.store().close();
        try (RandomAccessFile stretched = new RandomAccessFile(data.toFile(), "rw")) {
            stretched.setLength((long) megabytes * MEGABYTE);
        }
        file = access.open(data);
        disk.remember(data);
        for (int i = 0; i < 100; i++) {
            put(0, new byte[] {(byte) i});
            commit();
        }
        return disk.count(Truncate.class);
    }

    @Test
    void aFileThatIsClosedIsAsShortAsItCanBe() throws IOException {
        put(1, new byte[3 * MEGABYTE]);
        commit();
        file.records().remove(1L);
        for (int i = 0; i < 20; i++) {
            commitSomething(i);
        }
        assertTrue(Files.size(data) > 3 * MEGABYTE);
        file.store().close();
        assertTrue(Files.size(data) < MEGABYTE / 10, "size " + Files.size(data));
    }

    /** H2 itself writes the number of the commit before, and then nobody would know that the last one is missing. */
    @Test
    void theHeadNamesTheCommitAfterWhichItIsWritten() throws IOException {
        boolean[] written = {false};
        disk.failWith(operation -> written[0] |= operation instanceof Write write && write.position() == 0);
        int heads = 0;
        for (int i = 0; i < 50; i++) {
            written[0] = false;
            put(1, new byte[100 * (i % 7)]);
            commit();
            if (written[0]) {
                heads++;
                assertEquals(
                        file.store().getCurrentVersion(),
                        FileHead.read(ByteBuffer.wrap(Files.readAllBytes(data))).version());
            }
        }
        assertTrue(heads > 5, "written " + heads + " times");
    }

    /** Only while it is opened, H2 sees something else. */
    @Test
    void whatIsReadFromAnOpenFileIsWhatIsInIt() throws IOException {
        fill();
        file.store().closeImmediately();
        byte[] bytes = Files.readAllBytes(data);
        Arrays.fill(bytes, 0, FileHead.BLOCK_BYTES, (byte) 'x');
        Files.write(data, bytes);
        file = access.open(data);
        byte[] head = new byte[FileHead.BYTES];
        store().readFully(null, 0, head.length).get(head);
        assertArrayEquals(Arrays.copyOf(bytes, head.length), head);
    }

    /** H2 would find it otherwise, and go on from it. */
    @Test
    void aCommitThatIsRuledOutIsShownAsZeros() throws IOException {
        fill();
        file.store().closeImmediately();
        CommitChoice choice = new CommitChoice();
        file = access.open(data, choice);
        long start = choice.chosen().block * FileHead.BLOCK_BYTES;
        ByteBuffer zeros = ByteBuffer.allocate(100);
        assertNotEquals(zeros, store().readFully(null, start, 100));
        assertTrue(choice.rejectChosen());
        assertEquals(zeros, store().readFully(null, start, 100));
        assertNotEquals(zeros, store().readFully(null, 0, 100));
    }

    private SFChunk chunk(String description) {
        return store().createChunk(description);
    }

    /** What H2 allocates for a commit depends on its description. */
    @Test
    void asMuchAsIsHarmlessMayBeAskedForAndNoMore() {
        String words = "chunk:1,block:%x,len:%x,pages:%x,max:60,root:1,version:1";
        int most = 16 << 20;
        assertEquals(3, chunk(String.format(words, 3, most - 3, 1)).block);
        assertEquals(most - 1, chunk(String.format(words, most - 1, 1, 1)).block);
        chunk(String.format(words, 3, 1, most / Long.BYTES));
        for (String wrong : new String[] {
            String.format(words, 3, most - 2, 1),
            String.format(words, most, 1, 1),
            String.format(words, 3, 1, most / Long.BYTES + 1),
            String.format(words, -3, 4, 1),
            String.format(words, 30, -3, 1),
            String.format(words, 3, 1, -1),
        }) {
            MVStoreException refused = assertThrows(MVStoreException.class, () -> chunk(wrong), wrong);
            assertEquals(DataUtils.ERROR_FILE_CORRUPT, refused.getErrorCode());
        }
    }

    @Test
    void aPageIsReadIfItIsInTheFileAndAsksForNoMoreThanItHas() throws IOException {
        WriteBuffer page = new WriteBuffer();
        page.putInt(50)
                .putShort((short) 0)
                .putVarInt(1)
                .putVarInt(2)
                .putVarInt(1_000_000)
                .put((byte) 0);
        byte[] wrong = page.getBuffer().array();
        put(1, "<page>".getBytes(StandardCharsets.UTF_8));
        put(2, Arrays.copyOf(wrong, 50));
        commit();
        byte[] bytes = Files.readAllBytes(data);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("<page>") + "<page>".length() + 1;
        assertEquals(50, bytes[at + 3], "the page that asks for too much");
        SFChunk chunk = chunk("chunk:1,block:2,len:1,pages:2,max:60,root:1,version:1");
        assertThrows(MVStoreException.class, () -> store().readFully(chunk, at, 50));
        // The table of the pages is no page, and its bytes may look like anything.
        SFChunk withTable = chunk("chunk:1,block:2,len:1,pages:2,max:60,root:1,version:1,toc:"
                + Integer.toHexString(at - 2 * FileHead.BLOCK_BYTES));
        assertEquals(50, store().readFully(withTable, at, 50).remaining());

        int size = bytes.length;
        SFChunk tableAtEnd = chunk("chunk:1,block:2,len:1,pages:2,max:60,root:1,version:1,toc:"
                + Integer.toHexString(size - 50 - 2 * FileHead.BLOCK_BYTES));
        assertEquals(50, store().readFully(tableAtEnd, size - 50, 50).remaining());
        assertThrows(MVStoreException.class, () -> store().readFully(tableAtEnd, size - 50, 51));
        assertThrows(MVStoreException.class, () -> store().readFully(chunk, -1, 10));
    }
}
