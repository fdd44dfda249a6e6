package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects changes for the store, numbers the batches, and holds back what depends on them.
 *
 * <p>A few batches are under way at a time, so that the store finds the next one as soon as it has done with the last; what
 * comes meanwhile is collected, so a slow disk makes larger batches, not a longer queue of small ones. An action added with
 * {@link #afterChanges} leaves when the batch that was collecting at that moment is durable, and never before an earlier
 * action. Without a store nothing is collected and nothing waits.
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
        FAIL,
        UNSUBSCRIBED;

        /** Whether the server gets it because of a packet that it has sent. */
        private boolean isAnswer() {
            return this == SEND_PUBREC || this == SEND_PUBCOMP || this == SEND_PUBREL || this == SEND_PACKET;
        }
    }

    /** Carries an action out. */
    @FunctionalInterface
    interface Performer {
        void perform(Action action, Object subject, int connection);
    }

    /** One that is written, one that waits for it, and one whose answer is on its way back: measured, not reasoned. */
    static final int MOST_UNDER_WAY = 3;

    private static final class NumberedBatch {
        final ChangeBatch changes = new ChangeBatch();
        long number;

        /** An earlier batch has failed, and the changes of this one were taken back with it. */
        boolean takenBack;
    }

    private final boolean journal;
    private final ArrayDeque<NumberedBatch> underWay = new ArrayDeque<>(MOST_UNDER_WAY);
    private final ArrayDeque<NumberedBatch> spares = new ArrayDeque<>(MOST_UNDER_WAY);
    private NumberedBatch collecting = new NumberedBatch();
    private long collectingNumber = 1;
    private long durableNumber;

    private Action[] actions = new Action[0];
    private @Nullable Object[] subjects = new @Nullable Object[0];
    private long[] numbers = new long[0];
    private int[] connections = new int[0];
    private int head;
    private int size;
    private int answers;
    private long undeliveredBytes;

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
        return collecting.changes;
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
        count(action, subject, 1);
    }

    /** The number that is durable when everything collected so far is. */
    long lastNumber() {
        return collecting.changes.size() > 0 ? collectingNumber : collectingNumber - 1;
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

    /** Whether a batch may be handed to the store now: not before it has answered for all that was taken back. */
    boolean isReadyToAppend() {
        NumberedBatch oldest = underWay.peekFirst();
        return collecting.changes.size() > 0
                && underWay.size() < MOST_UNDER_WAY
                && (oldest == null || !oldest.takenBack);
    }

    /** Whether nothing is collected and no batch is under way. */
    boolean isQuiet() {
        return underWay.isEmpty() && collecting.changes.size() == 0;
    }

    /** Hands the collected batch out; its number is given to {@link #handleStored} or {@link #handleFailure}. */
    ChangeBatch take() {
        NumberedBatch batch = collecting;
        batch.number = collectingNumber++;
        underWay.addLast(batch);
        collecting = spares.isEmpty() ? new NumberedBatch() : spares.removeFirst();
        return batch.changes;
    }

    /** The number of the batch that was taken last. */
    long takenNumber() {
        return collectingNumber - 1;
    }

    /**
     * Whether the answer for a batch says nothing any more, since an earlier one has failed and its changes were taken back;
     * then that is all that there is to do with the answer.
     */
    boolean dropTakenBack(long number) {
        if (!oldestUnderWay(number).takenBack) {
            return false;
        }
        reuse(underWay.removeFirst());
        return true;
    }

    void handleStored(long number) {
        oldestUnderWay(number);
        durableNumber = number;
        reuse(underWay.removeFirst());
    }

    private void reuse(NumberedBatch batch) {
        batch.changes.clear();
        batch.takenBack = false;
        spares.addLast(batch);
    }

    /**
     * Takes the changes of a failed batch back, and those of all batches after it, which the store does not apply either, in
     * front of those collected since, except those whose key is given up. Actions that wait for them then wait for the next
     * batch.
     */
    void handleFailure(long number, LongPredicate givenUp) {
        NumberedBatch failed = oldestUnderWay(number);
        NumberedBatch merged = new NumberedBatch();
        for (NumberedBatch batch : underWay) {
            copy(batch.changes, merged.changes, givenUp);
            batch.takenBack = true;
        }
        copy(collecting.changes, merged.changes, givenUp);
        underWay.removeFirst();
        reuse(failed);
        collecting = merged;
        if (merged.changes.size() == 0) {
            // Nothing is left to write: what still waits, also for the batch that was collecting, depends on nothing.
            durableNumber = collectingNumber;
            collectingNumber++;
        }
    }

    private NumberedBatch oldestUnderWay(long number) {
        NumberedBatch batch = underWay.peekFirst();
        if (batch == null || batch.number != number) {
            throw new IllegalStateException("The store answered for batch " + number + ", but "
                    + (batch == null ? "none is under way" : "batch " + batch.number + " is next"));
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
            count(actions[head], subject, -1);
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

    private void count(Action action, Object subject, int sign) {
        if (action.isAnswer()) {
            answers += sign;
        } else if (action == Action.DELIVER && subject instanceof InboundMessage message) {
            undeliveredBytes += sign * message.heldBytes();
        }
    }

    /** How many answers to packets of the server wait. */
    int answers() {
        return answers;
    }

    /** How many bytes of messages wait to be handed over. */
    long undeliveredBytes() {
        return undeliveredBytes;
    }

    private void shrinkWhenEmpty() {
        if (size == 0 && actions.length > 1 << 16) {
            head = 0;
            resize(64);
        }
    }
}
