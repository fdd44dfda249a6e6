package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects changes for the store, numbers the batches, and holds back what depends on them.
 *
 * <p>One batch is under way at a time; the next one collects meanwhile, so a slow disk makes larger batches, not a longer
 * queue of small ones. An action added with {@link #afterChanges} leaves when the batch that was collecting at that moment
 * is durable, and never before an earlier action. Without a store nothing is collected and nothing waits.
 */
final class StoreGate {

    /** What may wait. */
    enum Action {
        STORED,
        SEND_PUBLISH,
        SEND_QOS_0,
        SEND_PUBREL,
        COMPLETE,
        DELIVER,
        SEND_PUBREC,
        SEND_PUBCOMP,
        SEND_PACKET,
        FAIL
    }

    /** Carries an action out. */
    @FunctionalInterface
    interface Performer {
        void perform(Action action, Object subject, int connection);
    }

    private final boolean journal;
    private ChangeBatch collecting = new ChangeBatch();
    private @Nullable ChangeBatch underWay;
    private ChangeBatch spare = new ChangeBatch();
    private long collectingNumber = 1;
    private long durableNumber;

    private Action[] actions = new Action[0];
    private @Nullable Object[] subjects = new @Nullable Object[0];
    private long[] numbers = new long[0];
    private int[] connections = new int[0];
    private int head;
    private int size;

    StoreGate(boolean journal) {
        this.journal = journal;
        resize(64);
    }

    /** Whether changes are to be collected at all. */
    boolean isJournal() {
        return journal;
    }

    /** The batch that collects changes; only to be used when {@link #isJournal()}. */
    ChangeBatch changes() {
        return collecting;
    }

    /** The number that the collecting batch will have. */
    long collectingNumber() {
        return collectingNumber;
    }

    /** Whether the store has confirmed the batch of this number. */
    boolean isDurable(long number) {
        return number <= durableNumber;
    }

    /** Holds an action back until everything collected so far is durable. */
    void afterChanges(Action action, Object subject, int connection) {
        if (size == actions.length) {
            resize(size * 2);
        }
        int index = (head + size) & (actions.length - 1);
        actions[index] = action;
        subjects[index] = subject;
        connections[index] = connection;
        numbers[index] = lastNumber();
        size++;
    }

    /** The number that is durable when everything collected so far is. */
    long lastNumber() {
        return collecting.size() > 0 ? collectingNumber : collectingNumber - 1;
    }

    private void resize(int capacity) {
        Action[] newActions = new Action[capacity];
        @Nullable Object[] newSubjects = new @Nullable Object[capacity];
        long[] newNumbers = new long[capacity];
        int[] newConnections = new int[capacity];
        for (int i = 0; i < size; i++) {
            int index = (head + i) & (actions.length - 1);
            newActions[i] = actions[index];
            newSubjects[i] = subjects[index];
            newNumbers[i] = numbers[index];
            newConnections[i] = connections[index];
        }
        actions = newActions;
        subjects = newSubjects;
        numbers = newNumbers;
        connections = newConnections;
        head = 0;
    }

    /** Whether a batch may be handed to the store now. */
    boolean isReadyToAppend() {
        return underWay == null && collecting.size() > 0;
    }

    /** Whether nothing is collected and no batch is under way. */
    boolean isQuiet() {
        return underWay == null && collecting.size() == 0;
    }

    /** Hands the collected batch out; its number is given to {@link #handleStored} or {@link #handleFailure}. */
    ChangeBatch take() {
        ChangeBatch batch = collecting;
        underWay = batch;
        collecting = spare;
        collectingNumber++;
        return batch;
    }

    /** The number of the batch that was taken last. */
    long takenNumber() {
        return collectingNumber - 1;
    }

    void handleStored(long number) {
        ChangeBatch batch = expectUnderWay(number);
        durableNumber = number;
        batch.clear();
        spare = batch;
        underWay = null;
    }

    /**
     * Takes the changes of a failed batch back, in front of those collected since, except those whose key is given up.
     * Actions that wait for it then wait for the next batch.
     */
    void handleFailure(long number, LongPredicate givenUp) {
        ChangeBatch failed = expectUnderWay(number);
        ChangeBatch merged = new ChangeBatch();
        copy(failed, merged, givenUp);
        copy(collecting, merged, givenUp);
        failed.clear();
        spare = failed;
        collecting = merged;
        underWay = null;
        if (merged.size() == 0) {
            // Nothing is left to write: what still waits, also for the batch that was collecting, depends on nothing.
            durableNumber = collectingNumber;
            collectingNumber++;
        }
    }

    private ChangeBatch expectUnderWay(long number) {
        ChangeBatch batch = underWay;
        if (batch == null || number != takenNumber()) {
            throw new IllegalStateException("The store answered for batch " + number + ", but "
                    + (batch == null ? "none" : "batch " + takenNumber()) + " is under way");
        }
        return batch;
    }

    private static void copy(ChangeBatch from, ChangeBatch to, LongPredicate givenUp) {
        for (int i = 0; i < from.size(); i++) {
            long key = from.key(i);
            if (givenUp.test(key)) {
                continue;
            }
            if (from.isPut(i)) {
                int offset = to.allocate(key, from.kind(i), from.lengthBytes(i));
                System.arraycopy(from.array(), from.offset(i), to.array(), offset, from.lengthBytes(i));
            } else {
                to.remove(key);
            }
        }
    }

    /** Carries out what no longer waits, in order. */
    void release(Performer performer) {
        while (size > 0 && numbers[head] <= durableNumber) {
            Object subject = subjects[head];
            if (subject == null) {
                throw new IllegalStateException("An action without subject waits in the store gate");
            }
            performer.perform(actions[head], subject, connections[head]);
            subjects[head] = null;
            head = (head + 1) & (actions.length - 1);
            size--;
        }
        shrinkWhenEmpty();
    }

    /** Shows what waits for the store. */
    void forEachWaiting(Action action, Consumer<Object> visitor) {
        for (int i = 0; i < size; i++) {
            int index = (head + i) & (actions.length - 1);
            Object subject = subjects[index];
            if (actions[index] == action && subject != null) {
                visitor.accept(subject);
            }
        }
    }

    /** Whether an answer to a packet of this connection waits for the store. */
    boolean holdsAnswer(int connection) {
        for (int i = 0; i < size; i++) {
            int index = (head + i) & (actions.length - 1);
            Action action = actions[index];
            if (connections[index] == connection
                    && (action == Action.SEND_PUBREC
                            || action == Action.SEND_PUBCOMP
                            || action == Action.SEND_PACKET)) {
                return true;
            }
        }
        return false;
    }

    private void shrinkWhenEmpty() {
        if (size == 0 && actions.length > 1 << 16) {
            head = 0;
            resize(64);
        }
    }
}
