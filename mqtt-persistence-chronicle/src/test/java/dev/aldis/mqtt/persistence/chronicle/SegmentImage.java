package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a segment, put together by hand: what a queue writes, and what only a fault leaves. */
final class SegmentImage {

    static final long SALT = 0x0123456789abcdefL;

    private static final int CHRONICLES_OWN = 0x40000000;

    private final ChunkFormat format = new ChunkFormat(SALT);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Where the next prefix stands. */
    int size() {
        return bytes.size();
    }

    SegmentImage raw(byte... raw) {
        bytes.writeBytes(raw);
        return this;
    }

    SegmentImage prefix(int prefix) {
        return raw(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, prefix)
                .array());
    }

    /** An entry of Chronicle itself. */
    SegmentImage chronicles(int lengthBytes) {
        byte[] own = new byte[lengthBytes];
        Arrays.fill(own, (byte) 'c');
        return prefix(CHRONICLES_OWN | lengthBytes).raw(own).align();
    }

    /** A chunk with its length in front. */
    SegmentImage chunk(int flags, long group, int part, byte... entries) {
        return chunk(new Head(ChunkFormat.VERSION, flags, entries.length, part, group, 1), entries);
    }

    /** A group of one chunk. */
    SegmentImage group(long group, byte... entries) {
        return chunk(ChunkFormat.COMMIT, group, 0, entries);
    }

    /** A chunk with this head in front of entries whose length it may contradict. */
    SegmentImage chunk(Head head, byte... entries) {
        return prefix(ChunkFormat.HEAD_BYTES + entries.length)
                .raw(head(head))
                .raw(entries)
                .align();
    }

    /** The head alone, and nothing in front of it. */
    byte[] head(Head head) {
        byte[] written = new byte[ChunkFormat.HEAD_BYTES];
        format.writeHead(written, head);
        return written;
    }

    private SegmentImage align() {
        return raw(new byte[-bytes.size() & 3]);
    }

    byte[] put(long key, String text) {
        return put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] put(long key, byte... record) {
        byte[] entry = new byte[ChunkFormat.ENTRY_HEAD_BYTES + record.length];
        ChunkFormat.writePut(entry, 0, key, 7, record.length);
        System.arraycopy(record, 0, entry, ChunkFormat.ENTRY_HEAD_BYTES, record.length);
        format.seal(entry, 0);
        return entry;
    }

    byte[] removal(long key, int further) {
        byte[] entry = new byte[ChunkFormat.ENTRY_HEAD_BYTES];
        format.writeRemoval(entry, 0, key, further);
        return entry;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** Makes it a segment of the queue that begins with segment 1, of the client {@code client}. */
    Path writeTo(Path folder, int number) throws IOException {
        Path queue = new StorePaths(folder, "client").queue(1, SALT);
        Files.createDirectories(queue);
        return Files.write(StorePaths.segment(queue, number), toBytes());
    }
}
