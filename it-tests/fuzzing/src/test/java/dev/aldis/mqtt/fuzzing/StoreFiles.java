package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChronicleStoreProvider;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The stores that have files, and what is put into them. */
@SuppressWarnings("ImmutableEnumChecker") // The suppliers are constructors.
enum StoreFiles {
    H2("h2", H2StoreProvider::new, 0),
    /** One record is so large that it is written, with the batch that it is in, in several pieces. */
    CHRONICLE("chronicle", StoreFiles::chronicleWithSmallSegments, 150_000);

    /** So many records are in a store before it is damaged, with the keys from 0. */
    static final int RECORDS = 40;

    /** These were stored as well, and removed. */
    static final int EVER_STORED = RECORDS + 5;

    private static final int ROUNDS = 4;

    /** The record that may be large; in the last round only. */
    private static final long LARGE = RECORDS - 1;

    /** So that there are two of them. */
    private static final int SEGMENT_BYTES = 8 << 10;

    private final String scheme;
    private final Supplier<StoreProvider> provider;
    private final int largeBytes;

    StoreFiles(String scheme, Supplier<StoreProvider> provider, int largeBytes) {
        this.scheme = scheme;
        this.provider = provider;
        this.largeBytes = largeBytes;
    }

    /** Through a door that its own tests have: what is stored here would not fill one of 4 MiB. */
    private static StoreProvider chronicleWithSmallSegments() {
        try {
            Class<?> files = Class.forName(ChronicleStoreProvider.class.getPackageName() + ".SegmentFiles");
            Constructor<?> file = files.getDeclaredConstructor();
            file.setAccessible(true);
            Constructor<ChronicleStoreProvider> provider =
                    ChronicleStoreProvider.class.getDeclaredConstructor(files, int.class, long.class);
            provider.setAccessible(true);
            return provider.newInstance(file.newInstance(), SEGMENT_BYTES, 4L * SEGMENT_BYTES);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The constructor for tests is gone", e);
        }
    }

    SessionStore open(Path folder, Consumer<String> damageListener) {
        return provider.get()
                .open(new StoreRequest(
                        URI.create(scheme + ":" + folder), "client", Durability.PROCESS, damageListener));
    }

    private static List<Long> keys() {
        return LongStream.range(0, RECORDS).boxed().toList();
    }

    String text(long key) {
        String content = "content " + key + " ";
        int times = 4 + (int) key % 30 + (key == LARGE ? largeBytes / content.length() : 0);
        return "<record " + key + "> " + content.repeat(times);
    }

    /** Fills a store in several batches, the later of which overwrite and remove. */
    void fill(SessionStore store) {
        for (int round = 0; round < ROUNDS; round++) {
            ChangeBatch batch = new ChangeBatch();
            for (long key = 0; key < EVER_STORED; key++) {
                if (isStoredIn(round, key)) {
                    put(batch, key);
                }
            }
            append(store, batch);
        }
        ChangeBatch last = new ChangeBatch();
        for (long key = RECORDS; key < EVER_STORED; key++) {
            last.remove(key);
        }
        append(store, last);
    }

    private static boolean isStoredIn(int round, long key) {
        return key == LARGE ? round == ROUNDS - 1 : (key + round) % 3 != 0;
    }

    /**
     * Whether these are the keys after one of the batches, where that needs no report. A queue of Chronicle whose end is gone,
     * just behind a commit, is like one that was never written further, and nothing else in the store knows better; the file
     * of an H2 store names its newest commit at its beginning.
     */
    boolean isUnnoticed(List<Long> keys) {
        for (int rounds = 0; this == CHRONICLE && rounds <= ROUNDS; rounds++) {
            if (keys.equals(keysAfter(rounds))) {
                return true;
            }
        }
        return keys.equals(keys());
    }

    private static List<Long> keysAfter(int rounds) {
        return LongStream.range(0, EVER_STORED)
                .filter(key -> IntStream.range(0, rounds).anyMatch(round -> isStoredIn(round, key)))
                .boxed()
                .toList();
    }

    void put(ChangeBatch batch, long key) {
        batch.put(key, 1, ByteBuffer.wrap(text(key).getBytes(StandardCharsets.UTF_8)));
    }

    static void append(SessionStore store, ChangeBatch batch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                done.complete(null);
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        });
        done.join();
    }
}
