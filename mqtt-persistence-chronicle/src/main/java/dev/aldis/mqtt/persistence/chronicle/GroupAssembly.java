package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.util.function.Consumer;

/**
 * Puts groups together from the chunks of all segments, in order, and applies those that count. The newest group is held
 * back until what follows has told about it:
 *
 * <ul>
 *   <li>the next group: it counts, and if something of it is damaged, what is intact of it counts;
 *   <li>another group of its number: it was not finished when a process ended, and does not count;
 *   <li>a mark that it is void, since an error was reported for it: it does not count;
 *   <li>nothing: it counts if it is whole and intact, since otherwise its writer was interrupted.
 * </ul>
 */
final class GroupAssembly {

    private final Records records;
    private final Consumer<String> damageListener;
    private final PendingChanges pending = new PendingChanges();

    /** The newest group that was settled; 0 before the first. */
    private long settledGroup;

    /** The one that is held back; 0 if none. */
    private long group;

    private int nextPart;
    private boolean finished;
    private boolean damaged;

    GroupAssembly(Records records, Consumer<String> damageListener) {
        this.records = records;
        this.damageListener = damageListener;
    }

    void begin(Head head) {
        if (head.has(ChunkFormat.VOID)) {
            giveUp(head.group());
            return;
        }
        if (head.group() != group || head.part() == 0) {
            settleBefore(head.group());
            group = head.group();
            nextPart = 0;
            finished = false;
            damaged = false;
        }
        damaged |= head.part() != nextPart;
        nextPart = head.part() + 1;
        finished |= head.has(ChunkFormat.COMMIT);
    }

    private void giveUp(long voidGroup) {
        if (group != 0 && group != voidGroup) {
            settleBefore(voidGroup);
        }
        drop();
        settle(voidGroup);
    }

    private void settleBefore(long following) {
        if (group != 0 && group < following) {
            if (!finished || damaged) {
                damageListener.accept(
                        "commit " + group + " is not whole; what can be read of it is kept, the rest is lost");
            }
            records.apply(pending);
            settle(group);
        }
        drop();
    }

    private void settle(long number) {
        if (settledGroup != 0 && number > settledGroup + 1) {
            damageListener.accept("the commits " + (settledGroup + 1) + " to " + (number - 1)
                    + " are missing; what they stored is lost, what they removed may be back");
        }
        settledGroup = Math.max(settledGroup, number);
    }

    private void drop() {
        pending.clear();
        group = 0;
    }

    void add(long key, long location) {
        pending.add(key, location);
    }

    /** Something in the chunk that is being read is damaged. */
    void damageInChunk() {
        damaged = true;
    }

    /** Something was passed over behind the last chunk: a part of its group, unless that was at its end. */
    void damageBehindChunk() {
        damaged |= !finished;
    }

    /**
     * Settles the newest group; nothing follows.
     *
     * @return the number of the newest group that counts, or that is void; 0 if there is none
     */
    long end() {
        if (group != 0 && finished && !damaged) {
            records.apply(pending);
            settle(group);
        } else if (group != 0 && damaged) {
            damageListener.accept("the newest commit, " + group + ", is torn, as a loss of power may leave it, and is"
                    + " given up; nothing that counted as stored at POWER is in a commit that was not finished");
        }
        return settledGroup;
    }
}
