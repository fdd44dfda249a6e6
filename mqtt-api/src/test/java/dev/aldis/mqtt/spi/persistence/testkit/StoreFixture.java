package dev.aldis.mqtt.spi.persistence.testkit;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a store's author states about it, and what the tests of the contract share. */
public abstract class StoreFixture {

    static final String CLIENT_IDENTIFIER = "client";

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final long PATIENCE_NANOS = 50_000_000_000L;

    @TempDir
    Path folder;

    private final List<String> damage = Collections.synchronizedList(new ArrayList<>());
    private Set<Thread> threadsBefore;

    /** For subclasses. */
    protected StoreFixture() {}

    /**
     * The provider to test. Also called in processes of their own.
     *
     * @return the provider
     */
    protected abstract StoreProvider provider();

    /**
     * A place for stores that nobody else uses.
     *
     * @param temporaryFolder is empty, and another one for each test; the same folder always gives the same place
     * @return the location
     */
    protected abstract URI location(Path temporaryFolder);

    /**
     * Whether the stores are to survive the process; true unless overridden. If not, the tests that kill one are skipped.
     *
     * @return false for stores on the heap
     */
    protected boolean survivesProcess() {
        return true;
    }

    /**
     * Options that the JVM needs for this store; none unless overridden. The processes that are killed run on the class
     * path, so that a package is opened to {@code ALL-UNNAMED}.
     *
     * @return for example {@code --add-opens=java.base/sun.nio.ch=ALL-UNNAMED}
     */
    protected List<String> childOptions() {
        return List.of();
    }

    /**
     * How often the process of a crash test is killed; what the system property {@code aldis.crashCycles} says unless
     * overridden, and 5 times if it says nothing.
     *
     * @return 1 or more
     */
    protected int crashCycles() {
        return Integer.getInteger("aldis.crashCycles", 5);
    }

    /**
     * Whether a thread belongs to a library as a whole and not to a store, so that it may stay; none unless overridden.
     *
     * @param thread was started while the test ran
     * @return true if it may stay
     */
    protected boolean isShared(Thread thread) {
        return false;
    }

    @BeforeEach
    void noteThreads() {
        threadsBefore = Thread.getAllStackTraces().keySet();
    }

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Thread thread : newThreads()) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
        Assertions.assertEquals(Set.of(), newThreads(), "threads that a closed store has left running");
    }

    private Set<Thread> newThreads() {
        Predicate<Thread> foreign = thread -> {
            ThreadGroup group = thread.getThreadGroup();
            String name = thread.getName();
            boolean ofTheJvm = group == null || group.getName().equals("system") || name.startsWith("process reaper");
            return ofTheJvm || group.getName().equals("InnocuousThreadGroup") || name.startsWith("junit");
        };
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread) && thread.isAlive())
                .filter(foreign.negate())
                .filter(thread -> !isShared(thread))
                .collect(Collectors.toSet());
    }

    @AfterEach
    void noFileIsLeftOpen() throws IOException {
        if (!Files.isDirectory(OPEN_FILES)) {
            return;
        }
        Path realFolder = folder.toRealPath();
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            List<Path> left = files.map(StoreFixture::target)
                    .filter(file -> file.startsWith(realFolder))
                    .toList();
            Assertions.assertEquals(List.of(), left, "files that a closed store has left open");
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            // The one that listed the folder is gone by now.
            return link;
        }
    }

    @AfterEach
    void noDamageIsReported() {
        Assertions.assertEquals(List.of(), damage, "damage reported of stores that nobody has damaged");
    }

    SessionStore open() {
        return open(CLIENT_IDENTIFIER);
    }

    SessionStore open(String clientIdentifier) {
        return provider().open(request(clientIdentifier, Durability.PROCESS));
    }

    StoreRequest request(String clientIdentifier, Durability durability) {
        return new StoreRequest(location(folder), clientIdentifier, durability, damage::add);
    }

    /** Appends a batch and waits until it is stored. */
    static void apply(SessionStore store, ChangeBatch batch) {
        Completions completions = new Completions();
        store.append(batch, completions.numbered(0));
        completions.awaitSuccess(1);
    }

    static void put(SessionStore store, long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, bytes(text));
        apply(store, batch);
    }

    /** Everything in a store, read in pages. */
    static List<StoredRecord> all(SessionStore store, int pageSize) {
        List<StoredRecord> records = new ArrayList<>();
        long from = 0;
        while (true) {
            List<StoredRecord> page = store.scan(from, pageSize);
            records.addAll(page);
            if (page.size() < pageSize) {
                return records;
            }
            long last = page.get(page.size() - 1).key();
            if (last == Long.MAX_VALUE) {
                return records;
            }
            from = last + 1;
        }
    }

    static List<StoredRecord> all(SessionStore store) {
        return all(store, 1000);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static StoredRecord record(long key, String text) {
        return new StoredRecord(key, 1, Payload.of(text));
    }
}
