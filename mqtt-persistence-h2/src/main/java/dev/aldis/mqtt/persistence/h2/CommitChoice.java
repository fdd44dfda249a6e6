package dev.aldis.mqtt.persistence.h2;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.jspecify.annotations.Nullable;

/**
 * Which commit a file is opened at. If it was closed in order, that is the one that its head names. If not, it is the newest
 * one that is whole, found by reading the whole file: H2's own search takes the first one that it comes across from the end
 * of the file, which may be an old one that nobody has overwritten yet.
 */
final class CommitChoice {

    private final List<SFChunk> rejected = new ArrayList<>();
    private final Set<Long> rejectedBlocks = new HashSet<>();
    private @Nullable SFChunk chosen;
    private long namedVersion;
    private boolean closedInOrder;
    private @Nullable MVStoreException unreadable;

    /** Notes that the disk could not be read: what follows from that says nothing of the file. */
    void noteUnreadable(MVStoreException e) {
        if (unreadable == null) {
            unreadable = e;
        }
    }

    /** Why the disk could not be read; null if it could. */
    @Nullable
    MVStoreException unreadable() {
        return unreadable;
    }

    /** Notes what the file says. */
    void begin(FileHead head, boolean inOrder) {
        chosen = null;
        namedVersion = head.version();
        closedInOrder = inOrder;
    }

    /** A commit that is whole, as far as its first and last bytes tell. */
    void offer(SFChunk chunk) {
        SFChunk best = chosen;
        if (!rejectedBlocks.contains(chunk.block) && (best == null || chunk.version > best.version)) {
            chosen = chunk;
        }
    }

    /** The newest commit that was offered. */
    @Nullable
    SFChunk chosen() {
        return chosen;
    }

    /**
     * Rules out the commit that was chosen, for the next time the file is opened.
     *
     * @return whether there was one
     */
    boolean rejectChosen() {
        SFChunk chunk = chosen;
        if (chunk == null || !rejectedBlocks.add(chunk.block)) {
            return false;
        }
        rejected.add(chunk);
        return true;
    }

    /** The commits that have been ruled out. */
    List<SFChunk> rejected() {
        return rejected;
    }

    /** The first blocks of the commits that have been ruled out. */
    Set<Long> rejectedBlocks() {
        return rejectedBlocks;
    }

    /** Whether the file was closed in order, so that a torn commit is none that was being written. */
    boolean closedInOrder() {
        return closedInOrder;
    }

    /** The number of the commit that the file names as its newest. */
    long namedVersion() {
        return namedVersion;
    }

    /** Whether the file no longer says which commit is its newest. */
    boolean headLost() {
        return chosen != null && namedVersion < 0;
    }

    /** How many commits the chosen one is behind the one that the file names as its newest. */
    long commitsMissing() {
        SFChunk chunk = chosen;
        return chunk == null ? 0 : Math.max(0, namedVersion - chunk.version);
    }
}
