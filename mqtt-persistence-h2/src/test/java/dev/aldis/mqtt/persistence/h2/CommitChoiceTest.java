package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.junit.jupiter.api.Test;

/** The newest commit that can be used is the one at which a file is opened, and what is missing behind it is known. */
class CommitChoiceTest {

    private final CommitChoice choice = new CommitChoice();

    private static SFChunk commit(int version, int block) {
        return new RecordFileStore(1, new CommitChoice())
                .createChunk("chunk:1,block:" + Integer.toHexString(block) + ",len:1,pages:2,max:60,root:1,version:"
                        + Integer.toHexString(version));
    }

    private static FileHead headNaming(long version) {
        byte[] words = ("version:" + Long.toHexString(version)).getBytes(StandardCharsets.ISO_8859_1);
        byte[] line = ("version:" + Long.toHexString(version) + ",fletcher:"
                        + Integer.toHexString(DataUtils.getFletcher32(words, 0, words.length)) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return FileHead.read(ByteBuffer.allocate(FileHead.BYTES).put(0, line).put(FileHead.BLOCK_BYTES, line));
    }

    @Test
    void theNewestIsChosenWhereverItLies() {
        SFChunk newest = commit(7, 2);
        choice.offer(commit(6, 9));
        choice.offer(newest);
        choice.offer(commit(5, 12));
        assertSame(newest, choice.chosen());
    }

    @Test
    void whatIsRuledOutIsNotChosenAgain() {
        assertFalse(choice.rejectChosen(), "there is none");
        SFChunk newest = commit(7, 2);
        SFChunk older = commit(6, 9);
        choice.offer(newest);
        assertTrue(choice.rejectChosen());
        assertFalse(choice.rejectChosen(), "it is ruled out already");
        assertEquals(List.of(newest), choice.rejected());
        assertEquals(Set.of(2L), choice.rejectedBlocks());

        choice.begin(headNaming(7), false);
        assertNull(choice.chosen());
        choice.offer(commit(7, 2));
        choice.offer(older);
        assertSame(older, choice.chosen());
    }

    /** The newest commits may be gone without a trace but for the head, which has counted them. */
    @Test
    void theHeadTellsHowManyCommitsAreMissing() {
        choice.begin(headNaming(7), true);
        assertEquals(7, choice.namedVersion());
        assertTrue(choice.closedInOrder());
        assertEquals(0, choice.commitsMissing(), "nothing is known while there is no commit at all");
        choice.offer(commit(4, 2));
        assertEquals(3, choice.commitsMissing());
        assertFalse(choice.headLost());
        choice.offer(commit(9, 5));
        assertEquals(0, choice.commitsMissing(), "the head is not written for each commit");
    }

    @Test
    void aHeadThatNamesNoCommitIsLostIfThereIsOne() {
        choice.begin(FileHead.read(ByteBuffer.allocate(FileHead.BYTES)), false);
        assertFalse(choice.headLost(), "a new file");
        choice.offer(commit(4, 2));
        assertTrue(choice.headLost());
        assertEquals(0, choice.commitsMissing());

        choice.begin(headNaming(0), false);
        choice.offer(commit(4, 2));
        assertFalse(choice.headLost(), "the first commit of all is a commit");
    }

    @Test
    void theFirstErrorOfTheDiskIsTheOneThatIsTold() {
        assertNull(choice.unreadable());
        MVStoreException first = DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "first");
        choice.noteUnreadable(first);
        choice.noteUnreadable(DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "second"));
        assertSame(first, choice.unreadable());
    }
}
