package dev.aldis.mqtt.examples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table is the file, although the processes are killed at random moments of their work; three times in each build, with
 * {@code -Daldis.chainKills=50} as often as one likes.
 */
@Timeout(900)
class ChainIT {

    private static final int KILLS = Integer.getInteger("aldis.chainKills", 3);
    private static final int LINES_BEFORE_A_KILL = 1_000;
    private static final int MOST_REPORTS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    @EnabledIf("isMosquittoInstalled")
    void theTableIsTheFileWhicheverProcessIsKilled() throws Exception {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        System.out.println("Kills with -Daldis.seed=" + seed);
        Random random = new Random(seed);
        Path file = Files.createFile(directory.resolve("lines.txt"));
        List<String> lines = new ArrayList<>();
        String database = "jdbc:h2:" + directory.resolve("table");
        // Not Artemis, which sends what a killed subscriber has not answered under another Packet Identifier.
        try (MosquittoBroker broker = MosquittoBroker.startIn(
                Files.createDirectory(directory.resolve("broker")),
                MosquittoBroker.RESTARTABLE,
                "max_queued_messages 0")) {
            // The server keeps what is published for a subscription that is there.
            try (Program sink = start(TableSink.class, broker, database)) {
                sink.output().await("ready", PATIENCE);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                // Each time more of them, so that something is left to do however far the processes come before they
                // die.
                Files.write(file, nextLines(lines), StandardOpenOption.APPEND);
                try (Program source = start(FileSource.class, broker, file.toString());
                        Program sink = start(TableSink.class, broker, database)) {
                    assertTrue(
                            sink.output().reaches("rows ", 1 + random.nextInt(MOST_REPORTS), PATIENCE), sink::toString);
                    boolean sourceFirst = random.nextBoolean();
                    (sourceFirst ? source : sink).kill();
                    (sourceFirst ? sink : source).kill();
                }
            }
            Files.write(file, List.of("end"), StandardOpenOption.APPEND);
            try (Program source = start(FileSource.class, broker, file.toString())) {
                assertEquals(0, source.awaitExit(PATIENCE), source::toString);
            }
            try (Program sink = start(TableSink.class, broker, database)) {
                sink.output().await("ready", PATIENCE);
                sink.output().await("end", PATIENCE);
                sink.input().close();
                assertEquals(0, sink.awaitExit(PATIENCE), sink::toString);
            }
            List<String> arrived = arrived(database);
            assertEquals("end", arrived.remove(arrived.size() - 1));
            assertEquals(lines, arrived);
        }
    }

    private static List<String> nextLines(List<String> lines) {
        int first = lines.size();
        for (int i = 0; i < LINES_BEFORE_A_KILL; i++) {
            lines.add("line " + lines.size());
        }
        return lines.subList(first, lines.size());
    }

    static boolean isMosquittoInstalled() {
        return MosquittoBroker.installed().isPresent();
    }

    private Program start(Class<?> program, MosquittoBroker broker, String last) {
        return Program.start(command(program, broker, last));
    }

    private List<String> command(Class<?> program, MosquittoBroker broker, String last) {
        Path target = Example.folder().resolve("target");
        return new ArrayList<>(List.of(
                Program.jdkTool("java"),
                "-XX:TieredStopAtLevel=1",
                "-p",
                target.resolve("classes") + System.getProperty("path.separator") + target.resolve("modules"),
                "-m",
                "dev.aldis.mqtt.examples/" + program.getName(),
                broker.uri(),
                "h2:" + directory.resolve(program.getSimpleName()),
                "chain",
                last));
    }

    private static List<String> arrived(String database) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT line FROM arrived ORDER BY delivery")) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }
}
