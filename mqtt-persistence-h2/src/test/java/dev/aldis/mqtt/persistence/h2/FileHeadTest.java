package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.SFChunk;
import org.junit.jupiter.api.Test;

/** What the two copies of a file's head say together: at which commit to look first, and whether that is the last one. */
class FileHeadTest {

    private static final String CLOSED = "H:2,block:6,blockSize:1000,chunk:1c,clean:1,created:1,format:3,version:1c";
    private static final String LATER = "H:2,block:9,blockSize:1000,chunk:1d,clean:1,created:1,format:3,version:1d";
    private static final String NOT_CLOSED = "H:2,block:6,blockSize:1000,chunk:1c,created:1,format:3,version:1c";
    private static final String CHUNK = "chunk:1e,block:1f,len:3,pages:2,max:60,root:1,version:2a";

    private static byte[] line(String words) {
        byte[] bytes = words.getBytes(StandardCharsets.ISO_8859_1);
        String fletcher = Integer.toHexString(DataUtils.getFletcher32(bytes, 0, bytes.length));
        return (words + ",fletcher:" + fletcher + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer blocks(byte[] first, byte[] second) {
        return ByteBuffer.allocate(FileHead.BYTES).put(0, first).put(FileHead.BLOCK_BYTES, second);
    }

    private static FileHead read(String first, String second) {
        return FileHead.read(blocks(line(first), line(second)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static SFChunk chunk() {
        return new RecordFileStore(1, new CommitChoice()).createChunk(CHUNK);
    }

    @Test
    void saysWhichCommitIsTheNewestAndWhetherTheFileWasClosed() {
        FileHead head = read(CLOSED, CLOSED);
        assertEquals(0x1c, head.version());
        assertEquals(6, head.block());
        assertEquals(0x1c, head.chunk());
        assertTrue(head.isClean());
        assertFalse(read(NOT_CLOSED, NOT_CLOSED).isClean());
    }

    /** Power may have failed between the two: the commit that the newer one names is the one to look at. */
    @Test
    void theNewerOfTwoCopiesCountsAndSuchAFileWasNotClosedInOrder() {
        for (FileHead head : new FileHead[] {read(CLOSED, LATER), read(LATER, CLOSED)}) {
            assertEquals(0x1d, head.version());
            assertEquals(9, head.block());
            assertFalse(head.isClean());
        }
    }

    /** The lost one may have named a later commit. */
    @Test
    void withOneCopyLostNobodyKnowsWhetherTheFileWasClosedInOrder() {
        byte[] right = line(CLOSED);
        byte[] flipped = right.clone();
        flipped[3] ^= 1;
        for (byte[] lost : new byte[][] {
            new byte[FileHead.BLOCK_BYTES],
            flipped,
            bytes("fletcher:0\n"),
            bytes(",fletcher:0\n"),
            bytes(CLOSED + ",fletcher:oops\n"),
            bytes(CLOSED + ",fletcher"),
            bytes(CLOSED),
            bytes("x".repeat(FileHead.BLOCK_BYTES)),
        }) {
            for (ByteBuffer blocks : new ByteBuffer[] {blocks(right, lost), blocks(lost, right)}) {
                FileHead head = FileHead.read(blocks);
                assertEquals(0x1c, head.version(), () -> new String(lost, StandardCharsets.ISO_8859_1));
                assertFalse(head.isClean(), () -> new String(lost, StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void withoutACopyThereIsNoCommitToLookAtFirst() {
        FileHead head = FileHead.read(ByteBuffer.allocate(FileHead.BYTES));
        assertEquals(-1, head.version());
        assertEquals(0, head.block());
        assertEquals(0, head.chunk());
        assertFalse(head.isClean());
    }

    /** What H2 is shown instead has to be a head for itself, whatever the file had. */
    @Test
    void namesAnotherCommitInBothCopiesAndKeepsTheRest() {
        for (boolean clean : new boolean[] {true, false}) {
            ByteBuffer shown = read(CLOSED, CLOSED).naming(chunk(), clean);
            assertEquals(FileHead.BYTES, shown.remaining());
            FileHead head = FileHead.read(shown);
            assertEquals(0x2a, head.version());
            assertEquals(0x1f, head.block());
            assertEquals(0x1e, head.chunk());
            assertEquals(clean, head.isClean());
            String text = StandardCharsets.ISO_8859_1.decode(shown).toString();
            assertTrue(text.startsWith("H:2,"), text);
            assertTrue(text.contains("created:1,format:3,"), text);
        }
    }

    @Test
    void aLostHeadIsShownAsOneOfTheFormatThatThisH2Writes() {
        ByteBuffer shown = FileHead.read(ByteBuffer.allocate(FileHead.BYTES)).naming(chunk(), false);
        String text = StandardCharsets.ISO_8859_1.decode(shown).toString();
        assertTrue(text.startsWith("H:2,"), text);
        assertTrue(text.contains("blockSize:1000"), text);
        assertTrue(text.contains("format:3,"), text);
    }

    @Test
    void theStartAndTheEndOfACommitAreShownInFull() {
        ByteBuffer head = FileHead.chunkHead(chunk());
        assertEquals(FileHead.CHUNK_HEAD_BYTES, head.remaining());
        String words = StandardCharsets.ISO_8859_1.decode(head).toString();
        assertTrue(words.startsWith("chunk:1e,block:1f,len:3,"), words);
        assertTrue(words.contains("\n"), words);

        ByteBuffer foot = FileHead.chunkFoot(chunk());
        assertEquals(FileHead.FOOT_BYTES, foot.remaining());
        String last = StandardCharsets.ISO_8859_1.decode(foot).toString();
        String line = last.substring(0, last.indexOf('\n') + 1);
        assertEquals(
                new String(line("chunk:1e,len:3,version:2a"), StandardCharsets.ISO_8859_1), line, "as H2 writes it");
    }
}
