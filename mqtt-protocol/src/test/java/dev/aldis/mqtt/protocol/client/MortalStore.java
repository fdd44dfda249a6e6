package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/** A store that dies with its n-th write, and with it all that its process would have done afterwards. */
final class MortalStore implements StoreProvider, SessionStore {

    private final NavigableMap<Long, StoredRecord> disk;
    private final int lastWrite;
    private final boolean lastWriteSurvives;
    private final List<AppendCompletion> unanswered = new ArrayList<>();
    private int writes;
    private boolean buried;

    /**
     * A store on what survived so far.
     *
     * @param disk is written to
     * @param lastWrite which write is the last, from 1 on; 0 for none
     * @param lastWriteSurvives whether that one reaches the disk; it is answered in no case
     */
    MortalStore(NavigableMap<Long, StoredRecord> disk, int lastWrite, boolean lastWriteSurvives) {
        this.disk = disk;
        this.lastWrite = lastWrite;
        this.lastWriteSurvives = lastWriteSurvives;
    }

    synchronized boolean isDead() {
        return lastWrite > 0 && writes >= lastWrite;
    }

    synchronized int writes() {
        return writes;
    }

    /** Nothing that happens from now on counts, so that the client may be closed in peace. */
    synchronized void bury() {
        // In the order of the batches: nothing is answered between these and what comes from now on.
        unanswered.forEach(AppendCompletion::appended);
        unanswered.clear();
        buried = true;
    }

    @Override
    public String scheme() {
        return "mortal";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        return this;
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        if (survives(batch, completion)) {
            completion.appended();
        }
    }

    /** Whether there is an answer. */
    private synchronized boolean survives(ChangeBatch batch, AppendCompletion completion) {
        if (buried) {
            return true;
        }
        if (isDead()) {
            unanswered.add(completion);
            return false;
        }
        writes++;
        if (isDead()) {
            unanswered.add(completion);
            if (lastWriteSurvives) {
                write(batch);
            }
            return false;
        }
        write(batch);
        return true;
    }

    private void write(ChangeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            long key = batch.key(i);
            if (batch.isPut(i)) {
                Payload content = Payload.copyOf(ByteBuffer.wrap(batch.array(), batch.offset(i), batch.lengthBytes(i)));
                disk.put(key, new StoredRecord(key, batch.kind(i), content));
            } else {
                disk.remove(key);
            }
        }
    }

    @Override
    public synchronized List<StoredRecord> scan(long fromKey, int limit) {
        return disk.tailMap(fromKey, true).values().stream().limit(limit).toList();
    }

    @Override
    public void close() {}
}
