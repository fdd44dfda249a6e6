package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records in the order of their keys, held in blocks of parallel arrays: a put allocates nothing but the record's bytes,
 * and nothing is boxed. Not safe for use by several threads at once.
 */
final class MemoryRecords {

    private static final int BLOCK = 128;
    private static final byte[] NO_BYTES = {};

    private static final class Block {
        final long[] keys = new long[BLOCK];
        final byte[] kinds = new byte[BLOCK];
        final byte[][] contents = new byte[BLOCK][];
        int size;
    }

    private Block[] blocks = new Block[8];
    private int blockCount;

    /** An emptied block, kept so that a queue that runs empty and fills again allocates none. */
    private @Nullable Block spare;

    void put(long key, int kind, byte[] source, int offset, int lengthBytes) {
        byte[] content = lengthBytes == 0 ? NO_BYTES : Arrays.copyOfRange(source, offset, offset + lengthBytes);
        if (blockCount == 0) {
            insertBlock(0);
        }
        int at = blockFor(key);
        Block block = blocks[at];
        int index = indexIn(block, key);
        if (index < 0) {
            index = -index - 1;
            if (block.size == BLOCK) {
                boolean ascending = index == BLOCK && at == blockCount - 1;
                Block next = insertBlock(at + 1);
                if (!ascending) {
                    move(block, BLOCK / 2, next);
                }
                if (ascending || index > BLOCK / 2) {
                    index -= block.size;
                    block = next;
                }
            }
            makeRoom(block, index);
        }
        block.keys[index] = key;
        block.kinds[index] = (byte) kind;
        block.contents[index] = content;
    }

    void remove(long key) {
        if (blockCount == 0) {
            return;
        }
        int at = blockFor(key);
        Block block = blocks[at];
        int index = indexIn(block, key);
        if (index < 0) {
            return;
        }
        closeGap(block, index);
        if (block.size == 0) {
            removeBlock(at);
        } else if (block.size <= BLOCK / 4 && at + 1 < blockCount && blocks[at + 1].size <= BLOCK / 4) {
            prepend(block, blocks[at + 1]);
            removeBlock(at);
        }
    }

    List<StoredRecord> scan(long fromKey, int limit) {
        List<StoredRecord> records = new ArrayList<>(Math.min(limit, 1024));
        if (blockCount == 0) {
            return records;
        }
        int at = blockFor(fromKey);
        int index = indexIn(blocks[at], fromKey);
        index = index < 0 ? -index - 1 : index;
        for (; at < blockCount; at++, index = 0) {
            Block block = blocks[at];
            for (; index < block.size; index++) {
                if (records.size() == limit) {
                    return records;
                }
                // No copy: nobody writes to these bytes again.
                Payload content = Payload.wrap(block.contents[index]);
                records.add(new StoredRecord(block.keys[index], block.kinds[index] & 0xFF, content));
            }
        }
        return records;
    }

    /** The last block whose first key is not greater than this one, or the first block. */
    private int blockFor(long key) {
        int low = 1;
        int high = blockCount - 1;
        if (key >= blocks[high].keys[0]) {
            return high;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (blocks[middle].keys[0] <= key) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low - 1;
    }

    private static int indexIn(Block block, long key) {
        int size = block.size;
        if (size == 0 || key > block.keys[size - 1]) {
            return -size - 1;
        }
        return Arrays.binarySearch(block.keys, 0, size, key);
    }

    private Block insertBlock(int at) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, blockCount * 2);
        }
        System.arraycopy(blocks, at, blocks, at + 1, blockCount - at);
        blockCount++;
        Block block = spare == null ? new Block() : spare;
        spare = null;
        blocks[at] = block;
        return block;
    }

    private void removeBlock(int at) {
        spare = blocks[at];
        blockCount--;
        System.arraycopy(blocks, at + 1, blocks, at, blockCount - at);
        Arrays.fill(blocks, blockCount, blockCount + 1, null);
        if (blocks.length > 64 && blockCount < blocks.length / 4) {
            blocks = Arrays.copyOf(blocks, blocks.length / 2);
        }
    }

    private static void makeRoom(Block block, int index) {
        shift(block, index, index + 1);
        block.size++;
    }

    private static void closeGap(Block block, int index) {
        shift(block, index + 1, index);
        block.size--;
        Arrays.fill(block.contents, block.size, block.size + 1, null);
    }

    /** Moves what stands from one index on to another index. */
    private static void shift(Block block, int from, int to) {
        int length = block.size - from;
        System.arraycopy(block.keys, from, block.keys, to, length);
        System.arraycopy(block.kinds, from, block.kinds, to, length);
        System.arraycopy(block.contents, from, block.contents, to, length);
    }

    /** Moves the upper part of a block to an empty one. */
    private static void move(Block from, int index, Block to) {
        int length = from.size - index;
        copy(from, index, to, length);
        Arrays.fill(from.contents, index, from.size, null);
        from.size = index;
        to.size = length;
    }

    /** Moves all of a block to the front of the next one, which has room. */
    private static void prepend(Block from, Block to) {
        shift(to, 0, from.size);
        copy(from, 0, to, from.size);
        to.size += from.size;
        Arrays.fill(from.contents, 0, from.size, null);
        from.size = 0;
    }

    private static void copy(Block from, int index, Block to, int length) {
        System.arraycopy(from.keys, index, to.keys, 0, length);
        System.arraycopy(from.kinds, index, to.kinds, 0, length);
        System.arraycopy(from.contents, index, to.contents, 0, length);
    }
}
