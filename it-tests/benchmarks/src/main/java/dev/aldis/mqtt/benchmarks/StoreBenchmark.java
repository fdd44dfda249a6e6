package dev.aldis.mqtt.benchmarks;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import dev.aldis.mqtt.spi.persistence.RecordLabels;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.h2.tools.Server;

/**
 * Measures the stores behind their common interface, side by side: records of 128 bytes come, and those of the batch before
 * go, one batch under way at a time, as a client does it. {@code docs/benchmarks.md} tells how to run it and what came out.
 */
final class StoreBenchmark {

    private static final int RECORD_BYTES = 128;
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final int[] BATCHES = {1, 100, 1000};

    private static final int CALLER_BATCH = 100;

    private static final Optional<RecordLabel> LABEL =
            Optional.of(new RecordLabel(TopicName.of("building/7/floor/3/meter"), QoS.AT_LEAST_ONCE));

    private record Measured(double thousandsPerSecond, double callerNanosPerPut) {}

    private record Contender(String label, StoreProvider provider, String location, RecordLabels labels) {

        Contender(String label, StoreProvider provider, String location) {
            this(label, provider, location, RecordLabels.NONE);
        }
    }

    private final SessionStore store;
    private final ChangeBatch batch = new ChangeBatch();
    private final Semaphore stored = new Semaphore(0);
    private long batches;

    private StoreBenchmark(SessionStore store) {
        this.store = store;
    }

    /**
     * Runs it.
     *
     * @param arguments the folder to write to
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(arguments[0])), "stores");
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString())
                .start();
        Path password = Files.writeString(folder.resolve("password"), "benchmark");
        StoreProvider h2 = StoreProviders.forScheme("h2");
        StoreProvider chronicle = StoreProviders.forScheme("chronicle");
        String tables = "h2:tcp://localhost:" + server.getPort() + "/./benchmark";
        EncryptionKeys keys = EncryptionKeys.of("1", new SecretKeySpec(new byte[32], "AES"));
        Contender[] contenders = {
            new Contender("memory", StoreProviders.forScheme("memory"), "memory:benchmark"),
            new Contender(
                    "memory, encryption(...)",
                    new EncryptingStoreProvider(StoreProviders.forScheme("memory"), keys),
                    "memory:encrypted"),
            new Contender("h2, file", h2, "h2:" + folder),
            new Contender("h2, file, encryption(...)", new EncryptingStoreProvider(h2, keys), "h2:" + folder),
            new Contender("h2, file, cipher=AES", h2, "h2:" + folder + "?cipher=AES&password=file:" + password),
            new Contender("h2, tables of a server, without topic and QoS", h2, tables),
            new Contender("h2, tables of a server", h2, tables, (kind, content) -> LABEL),
            new Contender("chronicle", chronicle, "chronicle:" + folder),
            new Contender(
                    "chronicle, encryption(...)", new EncryptingStoreProvider(chronicle, keys), "chronicle:" + folder),
        };
        try {
            System.out.println("thousands of puts a second, each with a removal: PROCESS / POWER");
            System.out.println("caller: processor time of the thread that appends, for each put in batches of 100");
            System.out.println("| store | batch 1 | batch 100 | batch 1,000 | caller |");
            System.out.println("|---|---:|---:|---:|---:|");
            int number = 0;
            for (Contender contender : contenders) {
                StringBuilder line = new StringBuilder("| ").append(contender.label());
                String caller = "";
                for (int size : BATCHES) {
                    Measured process = measure(contender, Durability.PROCESS, size, number++);
                    Measured power = measure(contender, Durability.POWER, size, number++);
                    line.append(String.format(" | %.1f / %.1f", process.thousandsPerSecond, power.thousandsPerSecond));
                    caller = size == CALLER_BATCH ? String.format(" | %.0f ns", process.callerNanosPerPut) : caller;
                }
                line.append(caller);
                System.out.println(line.append(" |"));
            }
        } finally {
            server.stop();
            Directories.delete(folder);
        }
    }

    private static Measured measure(Contender contender, Durability durability, int size, int number) {
        StoreRequest request = new StoreRequest(
                        StoreRequest.location(contender.location()),
                        "client-" + number,
                        durability,
                        System.err::println)
                .withLabels(contender.labels());
        try (SessionStore store = contender.provider().open(request)) {
            return new StoreBenchmark(store).measure(size);
        }
    }

    private Measured measure(int size) {
        run(size, WARM_UP_NANOS);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        long processorStart = threads.getCurrentThreadCpuTime();
        long puts = run(size, MEASURED_NANOS);
        double callerNanos = threads.getCurrentThreadCpuTime() - processorStart;
        return new Measured(puts / ((System.nanoTime() - start) / 1e9) / 1000, callerNanos / puts);
    }

    private long run(int size, long nanos) {
        long start = System.nanoTime();
        long puts = 0;
        while (System.nanoTime() - start < nanos) {
            batch.clear();
            for (long i = 0; i < size; i++) {
                batch.put(batches * size + i, 1, ByteBuffer.allocate(RECORD_BYTES));
                if (batches > 0) {
                    batch.remove((batches - 1) * size + i);
                }
            }
            store.append(batch, new AppendCompletion() {
                @Override
                public void appended() {
                    stored.release();
                }

                @Override
                public void failed(StoreException cause) {
                    throw cause;
                }
            });
            stored.acquireUninterruptibly();
            batches++;
            puts += size;
        }
        return puts;
    }
}
