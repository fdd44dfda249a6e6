package dev.aldis.mqtt.persistence.h2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The checksum over all bytes of a chunk. H2 has one for the last line of it only, so that damage in its own lists goes
 * unnoticed: which chunks there are, which of their pages are needed, where a map begins. With a wrong list a later commit
 * may be written where it is not found again, or over what is still needed.
 *
 * <p>It stands behind H2's own words in the last line, in space that H2 fills with blanks and skips when it reads.
 */
final class CommitChecksum {

    private static final byte[] MARK = ",crc:".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DIGITS = 8;
    private static final int PIECE_BYTES = 256 << 10;

    /** How the bytes of a chunk are read. */
    interface Source {

        /** Some bytes, counted from the first of the chunk. */
        ByteBuffer read(long offset, int lengthBytes);
    }

    private CommitChecksum() {}

    /** Writes the checksum into a chunk, which is all that the buffer holds. */
    static void addTo(ByteBuffer chunk) {
        int at = endOfWords(chunk, chunk.limit());
        if (at <= chunk.limit() - FileHead.FOOT_BYTES || at + MARK.length + DIGITS >= chunk.limit()) {
            throw new IllegalStateException(
                    "The last line of a chunk of " + chunk.remaining() + " bytes leaves no space");
        }
        CRC32C crc = new CRC32C();
        crc.update(chunk.duplicate());
        chunk.put(at, textOf(crc));
    }

    /** Whether all bytes of a chunk are as they were written. */
    static boolean isRight(Source source, long lengthBytes) {
        CRC32C crc = new CRC32C();
        long start = lengthBytes - FileHead.FOOT_BYTES;
        for (long offset = 0; offset < start; offset += PIECE_BYTES) {
            crc.update(source.read(offset, (int) Math.min(PIECE_BYTES, start - offset)));
        }
        byte[] foot = new byte[FileHead.FOOT_BYTES];
        source.read(start, foot.length).get(foot);
        int at = endOfWords(ByteBuffer.wrap(foot), foot.length) - MARK.length - DIGITS;
        if (at < 0) {
            return false;
        }
        byte[] found = Arrays.copyOfRange(foot, at, at + MARK.length + DIGITS);
        Arrays.fill(foot, at, at + found.length, (byte) ' ');
        crc.update(foot);
        return Arrays.equals(found, textOf(crc));
    }

    private static int endOfWords(ByteBuffer bytes, int limit) {
        int end = limit;
        while (end > 0 && bytes.get(end - 1) <= ' ') {
            end--;
        }
        return end;
    }

    private static byte[] textOf(CRC32C crc) {
        String digits = Long.toHexString(1L << (4 * DIGITS) | crc.getValue()).substring(1);
        byte[] text = Arrays.copyOf(MARK, MARK.length + DIGITS);
        System.arraycopy(digits.getBytes(StandardCharsets.ISO_8859_1), 0, text, MARK.length, DIGITS);
        return text;
    }
}
