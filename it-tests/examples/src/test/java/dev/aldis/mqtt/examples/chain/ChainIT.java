package dev.aldis.mqtt.examples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table is the file, although each process is killed three times in the midst of its work. */
@Timeout(300)
class ChainIT {

    private static final int LINES = 2_000;
    private static final int KILLS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void theTableIsTheFileWhicheverProcessIsKilled() throws Exception {
        Path file = directory.resolve("lines.txt");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            lines.add("line " + i);
        }
        Files.write(file, lines);
        String database = "jdbc:h2:" + directory.resolve("table");
        try (ArtemisBroker broker = ArtemisBroker.startInMemory()) {
            // The server keeps what is published for a subscription that is there.
            try (Program sink = start(TableSink.class, broker, database)) {
                sink.output().await("ready", PATIENCE);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                try (Program source = start(FileSource.class, broker, file.toString());
                        Program sink = start(TableSink.class, broker, database)) {
                    source.output().await("given ", PATIENCE);
                    source.kill();
                    sink.output().await("rows ", PATIENCE);
                    sink.kill();
                }
            }
            try (Program source = start(FileSource.class, broker, file.toString())) {
                assertEquals(0, source.awaitExit(PATIENCE), source::toString);
            }
            try (Program sink = start(TableSink.class, broker, database)) {
                sink.output().await("ready", PATIENCE);
                awaitEnd(sink, broker);
                sink.input().close();
                assertEquals(0, sink.awaitExit(PATIENCE), sink::toString);
            }
            List<String> arrived = arrived(database);
            assertEquals("end", arrived.remove(arrived.size() - 1));
            assertEquals(lines, arrived);
        }
    }

    /** A last line of another source, behind all others. */
    private void awaitEnd(Program sink, ArtemisBroker broker) throws IOException {
        Path last = directory.resolve("last.txt");
        Files.write(last, List.of("end"));
        List<String> command = command(FileSource.class, broker, last.toString());
        command.set(command.size() - 3, "h2:" + directory.resolve("last-store"));
        try (Program end = Program.start(command)) {
            assertEquals(0, end.awaitExit(PATIENCE), end::toString);
        }
        sink.output().await("end", PATIENCE);
    }

    private Program start(Class<?> program, ArtemisBroker broker, String last) {
        return Program.start(command(program, broker, last));
    }

    private List<String> command(Class<?> program, ArtemisBroker broker, String last) {
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
