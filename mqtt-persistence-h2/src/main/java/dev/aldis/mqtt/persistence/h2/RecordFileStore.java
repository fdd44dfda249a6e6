package dev.aldis.mqtt.persistence.h2;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;
import org.jspecify.annotations.Nullable;

/**
 * H2's file store with three things done otherwise, and with a view of its chunks, of which each commit writes one.
 *
 * <p>H2 2.5.252 writes the header of the file, which names the newest chunk, before it has noted which one that is. The
 * header then names the one before, and a file that is not closed in order loses its last commit if that lies in space that
 * had been used before. So the newest chunk is noted here as soon as it is written.
 *
 * <p>Each chunk gets a checksum over all that is in it, which is looked at when the file is opened; see
 * {@link CommitChecksum}.
 *
 * <p>H2 shortens the file, and forces it to the disk for that, as soon as one percent could be saved: for a small busy file
 * at every few commits. Here it is done when it is worth it.
 */
final class RecordFileStore extends SingleFileStore {

    private static final long WORTH_CUTTING_BYTES = 8 << 20;

    private static final int COMMITS_BETWEEN_LOOKS = 64;

    private static final String PAGES = "pages";
    private static final String TABLE = "toc";

    /** What a damaged count may ask of memory, whatever the size of the file. */
    private static final long HARMLESS_BYTES = 16 << 20;

    private static final ByteBuffer CHUNK_START = StandardCharsets.US_ASCII.encode("chunk:");

    private final CommitChoice choice;
    private int looks;

    /** What H2 is shown in place of what is in the file, by the position. */
    private final Map<Long, ByteBuffer> view = new HashMap<>();

    RecordFileStore(int cacheMegabytes, CommitChoice choice) {
        super(Map.of("cacheSize", cacheMegabytes));
        this.choice = choice;
    }

    @Override
    protected void writeFully(@Nullable SFChunk chunk, long position, ByteBuffer source) {
        if (chunk != null) {
            CommitChecksum.addTo(source);
        }
        super.writeFully(chunk, position, source);
        if (chunk != null) {
            lastChunk = chunk;
        }
    }

    @Override
    protected void shrinkStoreIfPossible(int minPercent) {
        boolean timeToLook = ++looks % COMMITS_BETWEEN_LOOKS == 0;
        if (minPercent == 0 || (timeToLook && size() - bytesInUse() > WORTH_CUTTING_BYTES)) {
            super.shrinkStoreIfPossible(minPercent);
        }
    }

    /** Where what is in use ends; the file may be longer. */
    long bytesInUse() {
        long end = 0;
        for (SFChunk chunk : getChunks().values()) {
            end = Math.max(end, chunk.block + chunk.len);
        }
        return end * FileHead.BLOCK_BYTES;
    }

    /** About how much of the file is in use by something that is still needed. */
    long liveBytes() {
        long bytes = 0;
        for (SFChunk chunk : getChunks().values()) {
            bytes += chunk.maxLenLive;
        }
        return bytes;
    }

    /** Whether a page belongs to the newest chunk, which is the newest commit. */
    boolean isInNewestCommit(long pagePosition) {
        SFChunk newest = lastChunk;
        return newest != null && newest.id == DataUtils.getPageChunkId(pagePosition);
    }

    boolean isNewestCommit(SFChunk chunk) {
        SFChunk newest = lastChunk;
        return newest != null && newest.id == chunk.id;
    }

    /** The chunks that hold something that is still needed, the newest among them, and are not as they were written. */
    List<SFChunk> changedSinceWritten() {
        List<SFChunk> changed = new ArrayList<>();
        SFChunk newest = lastChunk;
        if (newest != null && !isAsWritten(newest)) {
            changed.add(newest);
        }
        for (SFChunk chunk : getChunks().values()) {
            if (chunk.maxLenLive > 0 && (newest == null || chunk.id != newest.id) && !isAsWritten(chunk)) {
                changed.add(chunk);
            }
        }
        return changed;
    }

    private boolean isAsWritten(SFChunk chunk) {
        long start = chunk.block * FileHead.BLOCK_BYTES;
        long length = (long) chunk.len * FileHead.BLOCK_BYTES;
        if (start < FileHead.BYTES || length <= 0 || start + length > size()) {
            return false;
        }
        try {
            return CommitChecksum.isRight((offset, bytes) -> fromDisk(null, start + offset, bytes), length);
        } catch (MVStoreException e) {
            return false; // Where the disk is at fault, that is noted.
        }
    }

    /** Whether H2 has opened the file at the commit that was chosen for it. */
    boolean isAtChosenCommit() {
        SFChunk newest = lastChunk;
        SFChunk chosen = choice.chosen();
        return chosen == null || (newest != null && newest.block == chosen.block && newest.version == chosen.version);
    }

    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        FileHead head = FileHead.read(fromDisk(null, 0, FileHead.BYTES));
        SFChunk named = head.isClean() ? readChunkHeaderOptionally(head.block(), head.chunk()) : null;
        choice.begin(head, named != null);
        if (named != null && choice.rejected().isEmpty()) {
            choice.offer(named);
        } else {
            offerAllCommits();
        }
        SFChunk chosen = choice.chosen();
        if (chosen != null) {
            view.put(0L, head.naming(chosen, choice.closedInOrder()));
            setLastChunk(chosen);
            showWhole(chosen);
            getChunksFromLayoutMap().forEach(this::showWhole);
            refuseIfMetaMapIsElsewhere();
        }
        super.readStoreHeader(recoveryMode);
        view.clear();
    }

    /** Another map would be read as if its bytes were texts. */
    private void refuseIfMetaMapIsElsewhere() {
        String map = getLayoutMap().get(META_ID_KEY);
        if (!Integer.toHexString(PageShape.META).equals(map)) {
            throw corrupt("the map of maps has number " + map);
        }
    }

    /**
     * Shows H2 the first and last bytes of a chunk as they were written. It needs nothing of them but that they are there,
     * and where they are not, it would open the file at some older commit, however old.
     */
    private void showWhole(SFChunk chunk) {
        long start = chunk.block * FileHead.BLOCK_BYTES;
        view.put(start, FileHead.chunkHead(chunk));
        view.put(start + (long) chunk.len * FileHead.BLOCK_BYTES - FileHead.FOOT_BYTES, FileHead.chunkFoot(chunk));
    }

    private void offerAllCommits() {
        for (long block = 2; (block + 1) * FileHead.BLOCK_BYTES <= size(); block++) {
            long position = block * FileHead.BLOCK_BYTES;
            if (fromDisk(null, position, CHUNK_START.remaining()).equals(CHUNK_START)) {
                SFChunk header = readChunkHeaderOptionally(block);
                SFChunk whole = header == null ? null : readChunkHeaderAndFooter(block, header.id);
                if (whole != null) {
                    choice.offer(whole);
                }
            }
        }
    }

    /** While the file is opened: what H2 is to see, and nothing where a commit was ruled out. */
    @Override
    public ByteBuffer readFully(@Nullable SFChunk chunk, long position, int lengthBytes) {
        if (chunk != null) {
            return pageOf(chunk, position, lengthBytes);
        }
        ByteBuffer shown = view.get(position);
        if (shown != null && shown.remaining() == lengthBytes) {
            return shown.duplicate();
        }
        if (choice.rejectedBlocks().contains(position / FileHead.BLOCK_BYTES)) {
            return ByteBuffer.allocate(lengthBytes);
        }
        return fromDisk(null, position, lengthBytes);
    }

    /** Some bytes of a chunk: a page, its beginning, or the table of all pages. */
    private ByteBuffer pageOf(SFChunk chunk, long position, int lengthBytes) {
        if (position < 0 || lengthBytes > size() - position) {
            throw corrupt(lengthBytes + " bytes at " + position + " are asked for, and the file has " + size());
        }
        ByteBuffer bytes = fromDisk(chunk, position, lengthBytes);
        if (!PageShape.fits(bytes) && position != tableOf(chunk)) {
            throw corrupt("a page of commit " + chunk.version + " asks for more than is in it");
        }
        return bytes;
    }

    private static long tableOf(SFChunk chunk) {
        return chunk.block * FileHead.BLOCK_BYTES
                + DataUtils.readHexLong(DataUtils.parseMap(chunk.asString()), TABLE, 0);
    }

    /** A chunk as H2's list of chunks or its own head describes it. */
    @Override
    public SFChunk createChunk(String description) {
        SFChunk chunk = super.createChunk(description);
        long pages = DataUtils.readHexLong(DataUtils.parseMap(description), PAGES, 0);
        long most = Math.max(size(), HARMLESS_BYTES);
        // H2 allocates a number for each page, and a bit for each block.
        boolean blocksFit = chunk.block >= 0 && chunk.len >= 0 && chunk.block + chunk.len <= most;
        if (!blocksFit || pages < 0 || pages * Long.BYTES > most) {
            throw corrupt("there cannot be a chunk " + description);
        }
        return chunk;
    }

    private static MVStoreException corrupt(String what) {
        return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "{0}", what);
    }

    private ByteBuffer fromDisk(@Nullable SFChunk chunk, long position, int lengthBytes) {
        try {
            return super.readFully(chunk, position, lengthBytes);
        } catch (MVStoreException e) {
            if (e.getCause() instanceof IOException && !(e.getCause() instanceof EOFException)) {
                choice.noteUnreadable(e);
            }
            throw e;
        }
    }
}
