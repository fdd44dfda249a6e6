package dev.aldis.mqtt.persistence.h2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;

/**
 * The first two blocks of a file, which hold the same line of attributes each: the format, which chunk was the newest when
 * they were written, and whether the file was closed in order since. Chunks begin and end with such lines as well.
 */
final class FileHead {

    static final int BLOCK_BYTES = 4096;
    static final int BYTES = 2 * BLOCK_BYTES;

    /** How much H2 reads at the start and at the end of a chunk. */
    static final int CHUNK_HEAD_BYTES = 1024;

    static final int FOOT_BYTES = 128;

    private static final String LENGTH = "len";
    private static final String CHUNK = "chunk";
    private static final String BLOCK = "block";
    private static final String VERSION = "version";
    private static final String CLEAN = "clean";
    private static final String FLETCHER = "fletcher";

    private final Map<String, String> attributes;

    private FileHead(Map<String, String> attributes) {
        this.attributes = attributes;
    }

    /** Reads the newer of the two copies that are intact; what H2 writes into a new file if none is. */
    static FileHead read(ByteBuffer blocks) {
        FileHead first = new FileHead(parse(blocks, 0));
        FileHead second = new FileHead(parse(blocks, BLOCK_BYTES));
        FileHead newer = second.version() > first.version() ? second : first;
        if (first.attributes.isEmpty() || second.attributes.isEmpty() || first.version() != second.version()) {
            newer.attributes.remove(CLEAN);
        }
        newer.attributes.putAll(missingFrom(newer.attributes));
        return newer;
    }

    private static Map<String, String> missingFrom(Map<String, String> attributes) {
        return attributes.isEmpty() ? Map.of("H", "2", "blockSize", "1000", "format", "3", "created", "0") : Map.of();
    }

    private static Map<String, String> parse(ByteBuffer blocks, int offset) {
        byte[] block = new byte[BLOCK_BYTES];
        blocks.get(offset, block);
        int end = 0;
        while (end < block.length && block[end] != '\n') {
            end++;
        }
        String line = new String(block, 0, end, StandardCharsets.ISO_8859_1);
        int mark = line.lastIndexOf(FLETCHER);
        try {
            int length = mark - 1;
            int checksum = mark < 1 ? 0 : DataUtils.parseHexInt(line.substring(mark + FLETCHER.length() + 1));
            if (mark > 0 && checksum == DataUtils.getFletcher32(block, 0, length)) {
                return DataUtils.parseMap(line.substring(0, length));
            }
        } catch (MVStoreException | StringIndexOutOfBoundsException e) {
            return new HashMap<>();
        }
        return new HashMap<>();
    }

    /** The number of the commit that it names; -1 for none. */
    long version() {
        return DataUtils.readHexLong(attributes, VERSION, -1);
    }

    boolean isClean() {
        return attributes.containsKey(CLEAN);
    }

    /** Where the commit that it names begins, in blocks; 0 for none. */
    long block() {
        return DataUtils.readHexLong(attributes, BLOCK, 0);
    }

    /** The identifier of the chunk that it names. */
    int chunk() {
        return (int) DataUtils.readHexLong(attributes, CHUNK, 0);
    }

    /** The two blocks as they would be if this chunk was the newest. */
    ByteBuffer naming(SFChunk chunk, boolean clean) {
        Map<String, String> changed = new HashMap<>(attributes);
        changed.remove(CLEAN);
        if (clean) {
            changed.put(CLEAN, "1");
        }
        changed.put(CHUNK, Integer.toHexString(chunk.id));
        changed.put(BLOCK, Long.toHexString(chunk.block));
        changed.put(VERSION, Long.toHexString(chunk.version));
        byte[] line = checked(changed);
        return ByteBuffer.allocate(BYTES).put(0, line).put(BLOCK_BYTES, line);
    }

    /** What H2 reads at the start of a chunk. */
    static ByteBuffer chunkHead(SFChunk chunk) {
        byte[] line = (chunk.asString() + '\n').getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(CHUNK_HEAD_BYTES).put(0, line, 0, Math.min(line.length, CHUNK_HEAD_BYTES));
    }

    /** What H2 reads at the end of a chunk. */
    static ByteBuffer chunkFoot(SFChunk chunk) {
        Map<String, String> foot = new HashMap<>();
        foot.put(CHUNK, Integer.toHexString(chunk.id));
        foot.put(LENGTH, Integer.toHexString(chunk.len));
        foot.put(VERSION, Long.toHexString(chunk.version));
        return ByteBuffer.allocate(FOOT_BYTES).put(0, checked(foot));
    }

    private static byte[] checked(Map<String, String> attributes) {
        StringBuilder line = DataUtils.appendMap(new StringBuilder(), new HashMap<>(attributes));
        byte[] bytes = line.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(line, FLETCHER, DataUtils.getFletcher32(bytes, 0, bytes.length));
        return line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
