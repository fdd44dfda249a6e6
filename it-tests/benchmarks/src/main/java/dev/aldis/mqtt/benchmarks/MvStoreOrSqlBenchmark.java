package dev.aldis.mqtt.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * Measures H2's MVStore against H2's SQL as a store of records of 128 bytes; {@code docs/adr/0005} tells how to run it and what
 * came out. Both run as they have to for {@code PROCESS} (handed to the operating system) and {@code POWER} (forced to disk).
 */
final class MvStoreOrSqlBenchmark {

    private static final int RECORD_BYTES = 128;
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final int[] BATCHES = {1, 100, 1000};

    private interface Engine extends AutoCloseable {

        void put(long key, byte[] record) throws SQLException;

        void remove(long key) throws SQLException;

        void commit(boolean sync) throws SQLException;

        @Override
        void close() throws SQLException;
    }

    private static final class MvStoreEngine implements Engine {

        private final MVStore store;
        private final MVMap<Long, byte[]> map;

        MvStoreEngine(Path file) {
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .cacheSize(4)
                    .open();
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            map = store.openMap(
                    "records",
                    new MVMap.Builder<Long, byte[]>()
                            .keyType(LongDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
        }

        @Override
        public void put(long key, byte[] record) {
            map.put(key, record);
        }

        @Override
        public void remove(long key) {
            map.remove(key);
        }

        @Override
        public void commit(boolean sync) {
            store.commit();
            if (sync) {
                store.sync();
            }
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static final class SqlEngine implements Engine {

        private final Connection connection;
        private final PreparedStatement insert;
        private final PreparedStatement delete;
        private final Statement checkpoint;
        private boolean inserted;
        private boolean deleted;

        SqlEngine(Path file) throws SQLException {
            connection = DriverManager.getConnection("jdbc:h2:file:" + file + ";WRITE_DELAY=0");
            connection.setAutoCommit(false);
            checkpoint = connection.createStatement();
            checkpoint.execute("CREATE TABLE records (id BIGINT PRIMARY KEY, content VARBINARY)");
            insert = connection.prepareStatement("INSERT INTO records VALUES (?, ?)");
            delete = connection.prepareStatement("DELETE FROM records WHERE id = ?");
        }

        @Override
        public void put(long key, byte[] record) throws SQLException {
            insert.setLong(1, key);
            insert.setBytes(2, record);
            insert.addBatch();
            inserted = true;
        }

        @Override
        public void remove(long key) throws SQLException {
            delete.setLong(1, key);
            delete.addBatch();
            deleted = true;
        }

        @Override
        public void commit(boolean sync) throws SQLException {
            if (inserted) {
                insert.executeBatch();
            }
            if (deleted) {
                delete.executeBatch();
            }
            connection.commit();
            if (sync) {
                checkpoint.execute("CHECKPOINT SYNC");
            }
            inserted = false;
            deleted = false;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private MvStoreOrSqlBenchmark() {}

    /**
     * Runs it.
     *
     * @param arguments the folder to write to
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(arguments[0])), "engines");
        System.out.println("thousands of records a second, commit / + sync");
        System.out.println("| way | batch 1 | batch 100 | batch 1,000 |");
        System.out.println("|---|---:|---:|---:|");
        for (boolean pairs : new boolean[] {false, true}) {
            for (boolean sql : new boolean[] {false, true}) {
                StringBuilder line = new StringBuilder("| ")
                        .append(sql ? "SQL, WRITE_DELAY 0" : "MVStore")
                        .append(pairs ? ", put and remove" : ", put");
                for (int batch : BATCHES) {
                    String commit = measure(folder, sql, pairs, batch, false);
                    String synced = measure(folder, sql, pairs, batch, true);
                    line.append(" | ").append(commit).append(" / ").append(synced);
                }
                System.out.println(line.append(" |"));
            }
        }
        Directories.delete(folder);
    }

    private static String measure(Path folder, boolean sql, boolean pairs, int batch, boolean sync)
            throws IOException, SQLException {
        Path file = Files.createTempDirectory(folder, "store");
        try (Engine engine = sql ? new SqlEngine(file.resolve("sql")) : new MvStoreEngine(file.resolve("store"))) {
            long commits = 0;
            long warm = System.nanoTime() + WARM_UP_NANOS;
            while (System.nanoTime() < warm) {
                commitBatch(engine, pairs, batch, commits++, sync);
            }
            long start = System.nanoTime();
            long first = commits;
            while (System.nanoTime() - start < MEASURED_NANOS) {
                commitBatch(engine, pairs, batch, commits++, sync);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return String.format("%.1f", (commits - first) * batch / seconds / 1000);
        } finally {
            Directories.delete(file);
        }
    }

    private static void commitBatch(Engine engine, boolean pairs, int batch, long number, boolean sync)
            throws SQLException {
        for (int i = 0; i < batch; i++) {
            engine.put(number * batch + i, new byte[RECORD_BYTES]);
        }
        if (pairs && number > 0) {
            for (int i = 0; i < batch; i++) {
                engine.remove((number - 1) * batch + i);
            }
        }
        engine.commit(sync);
    }
}
