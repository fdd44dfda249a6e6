package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One store on the heap that outlives its openings, and whose records a test can change behind everybody's back. */
final class HeapStores implements StoreProvider {

    final TreeMap<Long, StoredRecord> records = new TreeMap<>();
    boolean open;

    /** How often something was appended, over all openings. */
    int appends;

    /** Where each scan began. */
    final List<Long> scans = new ArrayList<>();

    /** Of the last opening; something else before. */
    RecordLabels labels = (kind, content) -> {
        throw new IllegalStateException("not opened");
    };

    @Nullable
    StoreException failure;

    @Override
    public String scheme() {
        return "heap";
    }

    @Override
    public StoreReader openForReading(StoreRequest request) {
        return open(request);
    }

    @Override
    public SessionStore open(StoreRequest request) {
        open = true;
        labels = request.labels();
        return new SessionStore() {
            @Override
            public void append(ChangeBatch batch, AppendCompletion completion) {
                appends++;
                StoreException cause = failure;
                if (cause != null) {
                    completion.failed(cause);
                    return;
                }
                for (int i = 0; i < batch.size(); i++) {
                    long key = batch.key(i);
                    if (batch.isPut(i)) {
                        ByteBuffer bytes = ByteBuffer.wrap(batch.array(), batch.offset(i), batch.lengthBytes(i));
                        records.put(key, new StoredRecord(key, batch.kind(i), Payload.copyOf(bytes)));
                    } else {
                        records.remove(key);
                    }
                }
                completion.appended();
            }

            @Override
            public List<StoredRecord> scan(long fromKey, int limit) {
                if (fromKey < 0 || limit < 1) {
                    throw new IllegalArgumentException("from " + fromKey + ", limit " + limit);
                }
                scans.add(fromKey);
                return records.tailMap(fromKey).values().stream().limit(limit).toList();
            }

            @Override
            public void close() {
                open = false;
            }
        };
    }
}
