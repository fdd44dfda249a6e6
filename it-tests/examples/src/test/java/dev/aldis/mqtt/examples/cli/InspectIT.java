package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.FreePort;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store is listed while the client that owns it is stopped, also after a crash. */
@Timeout(180)
class InspectIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void chooseStore() {
        store = folder.resolve("store");
    }

    @Test
    void listsWhatACrashHasLeft() throws IOException {
        Path crashed = Files.createDirectory(folder.resolve("crashed"));
        try (MqttClient client = builder().build()) {
            for (String text : List.of("secret one", "secret two", "secret three")) {
                PublishOptions options = PublishOptions.NONE
                        .withApplicationKey("key of " + text)
                        .withCheckpoint(Checkpoint.of("row", "1"));
                client.publish(Message.of("some/topic", QoS.EXACTLY_ONCE, text), options)
                        .stored()
                        .join();
            }
            inspect(1, "in use");
            try (Stream<Path> files = Files.list(folder.resolve("store"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, crashed.resolve(file.getFileName()));
                }
            }
        }
        store = crashed;
        String text = inspect(0);
        assertEquals(
                3,
                text.lines()
                        .filter(line -> line.matches("0x1.* OUTBOUND +QUEUED +2 .*some/topic.*"))
                        .count(),
                text);
        assertTrue(text.contains("name=key of secret two"), text);
        assertTrue(text.contains("OUTBOUND           3 "), text);
        assertTrue(text.contains("CHECKPOINT         1 "), text);
        assertFalse(text.contains("payload"), text);
        assertTrue(inspect(0, "--payloads").contains("payload=secret two"), text);
        assertFalse(inspect(0, "--summary").contains("some/topic"));
    }

    private MqttClientBuilder builder() {
        return MqttClient.builder()
                .server("mqtt://localhost:" + FreePort.find())
                .clientIdentifier("meter")
                .persistence("h2:" + store);
    }

    @Test
    void listsAnEncryptedStoreWithItsKey() throws IOException {
        byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        Path keyFile = Files.write(folder.resolve("key"), key);
        try (MqttClient client = builder()
                .persistence(PersistenceOptions.of("h2:" + store)
                        .withEncryption(EncryptionKeys.of("2026-11", new SecretKeySpec(key, "AES"))))
                .build()) {
            PublishOptions options = PublishOptions.NONE
                    .withApplicationKey("key of secret")
                    .withCheckpoint(Checkpoint.of("row of secret", "value of secret"));
            client.publish(Message.of("some/topic", QoS.AT_LEAST_ONCE, "secret text"), options)
                    .stored()
                    .join();
        }
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : files.toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("secret") || bytes.contains("some/topic"), file::toString);
            }
        }
        assertTrue(inspect(0, "--keys=2026-11=" + keyFile).contains("some/topic"));
        assertTrue(inspect(0).contains("UNREADABLE"));
        inspect(1, "'2026-11'", "--keys=2026-12=" + keyFile);
    }

    /** In tables of a server, topic and QoS are columns, unless the records are encrypted. */
    @Test
    void peopleReadWithSqlWhatAServerHolds() throws IOException, SQLException {
        int port = FreePort.find();
        String database = "tcp://localhost:" + port + "/./mqtt";
        PersistenceOptions plain = PersistenceOptions.of("h2:" + database);
        try (Program server = startServer(port)) {
            server.output().await("TCP server running", PATIENCE);
            publish(builder().persistence(plain));
            EncryptionKeys keys = EncryptionKeys.of("2026-11", new SecretKeySpec(new byte[32], "AES"));
            publish(builder().clientIdentifier("secret").persistence(plain.withEncryption(keys)));
            List<String> rows = new ArrayList<>();
            try (Connection connection = DriverManager.getConnection("jdbc:h2:" + database, "sa", "");
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT client_identifier, kind, topic, qos"
                            + " FROM aldis_mqtt_records JOIN aldis_mqtt_sessions USING (session_id)"
                            + " WHERE kind = 2 ORDER BY client_identifier, record_key")) {
                while (found.next()) {
                    rows.add(found.getString(1) + " " + found.getString(3) + " " + found.getString(4));
                }
            }
            assertEquals(
                    List.of("meter some/topic 1", "meter other/topic 2", "secret null null", "secret null null"), rows);
        }
    }

    private static void publish(MqttClientBuilder builder) {
        try (MqttClient client = builder.build()) {
            client.publish("some/topic", QoS.AT_LEAST_ONCE, "one").stored().join();
            client.publish("other/topic", QoS.EXACTLY_ONCE, "two").stored().join();
        }
    }

    private Program startServer(int port) throws IOException {
        try (Stream<Path> modules =
                Files.list(Example.folder().resolve("target").resolve("modules"))) {
            Path h2 = modules.filter(jar -> jar.getFileName().toString().matches("h2-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow();
            return Program.start(List.of(
                    Program.jdkTool("java"),
                    "-cp",
                    h2.toString(),
                    "org.h2.tools.Server",
                    "-tcp",
                    "-tcpPort",
                    Integer.toString(port),
                    "-ifNotExists",
                    "-baseDir",
                    folder.toString()));
        }
    }

    @Test
    void saysWhatIsNotThereOrNotUsable() {
        inspect(1, "There is no store");
        try (Program program = Example.start("inspect", "--store=h2:" + store)) {
            assertEquals(2, program.awaitExit(PATIENCE), program::toString);
            program.errors().await("--client-id is missing", PATIENCE);
        }
    }

    private String inspect(int exit, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--store=h2:" + store, "--client-id=meter"));
        String expected = exit == 0 ? "" : arguments[0];
        all.addAll(List.of(arguments).subList(exit == 0 ? 0 : 1, arguments.length));
        try (Program program = Example.start("inspect", all.toArray(new String[0]))) {
            assertEquals(exit, program.awaitExit(PATIENCE), program::toString);
            if (exit != 0) {
                program.errors().await(expected, PATIENCE);
            }
            return String.join("\n", program.output().all());
        }
    }
}
