package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommitChecksumTest {

    private static final String WORDS = "chunk:6,len:1,version:6,fletcher:c2d37c8c";

    /** Longer than the pieces in which it is read. */
    private static final int BYTES = 600_000;

    private static final int CHECKSUM_BYTES = ",crc:00000000".length();

    private static byte[] chunk() {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        byte[] words = WORDS.getBytes(StandardCharsets.ISO_8859_1);
        int foot = BYTES - FileHead.FOOT_BYTES;
        Arrays.fill(bytes, foot, BYTES - 1, (byte) ' ');
        bytes[BYTES - 1] = '\n';
        System.arraycopy(words, 0, bytes, foot, words.length);
        return bytes;
    }

    private static byte[] checked() {
        byte[] bytes = chunk();
        CommitChecksum.addTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static boolean isRight(byte[] bytes) {
        return CommitChecksum.isRight((offset, length) -> ByteBuffer.wrap(bytes, (int) offset, length), bytes.length);
    }

    @Test
    void aChunkIsAsItWasWrittenAndKeepsItsWords() {
        byte[] bytes = checked();
        assertTrue(isRight(bytes));
        String foot = new String(bytes, BYTES - FileHead.FOOT_BYTES, FileHead.FOOT_BYTES, StandardCharsets.ISO_8859_1);
        assertTrue(foot.matches("\\Q" + WORDS + "\\E,crc:[0-9a-f]{8} +\n"), foot);
    }

    @Test
    void theChecksumHasAllItsDigits() {
        byte[] bytes = chunk();
        for (int i = 0; i < 300; i++) { // One in sixteen begins with a zero.
            bytes[7] = (byte) i;
            bytes[8] = (byte) (i >> 8);
            byte[] each = bytes.clone();
            CommitChecksum.addTo(ByteBuffer.wrap(each));
            assertTrue(isRight(each), () -> "after " + each[7] + " and " + each[8]);
        }
    }

    @Test
    void eachChangeIsSeenAlsoInTheLastLine() {
        byte[] bytes = checked();
        int foot = BYTES - FileHead.FOOT_BYTES;
        for (int at = 0; at < BYTES; at += at < foot ? 4_999 : 1) {
            int index = Math.min(at, BYTES - 1);
            bytes[index] ^= 4;
            assertFalse(isRight(bytes), () -> "a change at " + index);
            bytes[index] ^= 4;
        }
        assertTrue(isRight(bytes));
    }

    @Test
    void aChunkWithoutAChecksumIsNotAsItWasWritten() {
        assertFalse(isRight(chunk()));
        assertFalse(isRight(new byte[4096]));
    }

    @Test
    void aLastLineWithoutWordsOrSpaceIsOurMistake() {
        for (int words : new int[] {0, FileHead.FOOT_BYTES - CHECKSUM_BYTES, FileHead.FOOT_BYTES}) {
            byte[] chunk = withWords(words);
            assertThrows(
                    IllegalStateException.class,
                    () -> CommitChecksum.addTo(ByteBuffer.wrap(chunk)),
                    () -> words + " bytes of words");
        }
        for (int words : new int[] {1, FileHead.FOOT_BYTES - CHECKSUM_BYTES - 1}) {
            byte[] chunk = withWords(words);
            CommitChecksum.addTo(ByteBuffer.wrap(chunk));
            assertTrue(isRight(chunk), () -> words + " bytes of words");
            assertEquals('\n', chunk[chunk.length - 1]);
        }
    }

    /** A chunk whose last line has so many bytes of words. */
    private static byte[] withWords(int words) {
        byte[] chunk = new byte[4096];
        int foot = chunk.length - FileHead.FOOT_BYTES;
        Arrays.fill(chunk, 0, foot, (byte) 'p');
        Arrays.fill(chunk, foot, chunk.length, (byte) ' ');
        chunk[chunk.length - 1] = '\n';
        Arrays.fill(chunk, foot, foot + words, (byte) 'x');
        return chunk;
    }
}
