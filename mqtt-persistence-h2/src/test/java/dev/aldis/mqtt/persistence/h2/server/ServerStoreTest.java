package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that are not there, go away, come back, or hold something else; and what people see in the tables. */
@Timeout(120)
class ServerStoreTest extends ServerFixture {

    private final List<String> damage = new ArrayList<>();

    @Test
    void peopleCanReadTheTable() throws SQLException {
        StoreRequest request = request(server.location(database), Durability.PROCESS)
                .withLabels((kind, content) -> Optional.of(new RecordLabel(
                        TopicName.of(kind + "/" + StandardCharsets.UTF_8.decode(content)), QoS.EXACTLY_ONCE)));
        try (SessionStore store = new H2StoreProvider().open(request)) {
            append(store, 1, "twelve bytes").join();
        }
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT client_identifier, record_key, kind, topic, qos, size_bytes, stored_at"
                                + " FROM aldis_mqtt_records JOIN aldis_mqtt_sessions USING (session_id)")) {
            assertTrue(row.next());
            assertEquals("client", row.getString(1));
            assertEquals(1, row.getLong(2));
            assertEquals(5, row.getInt(3));
            assertEquals("5/twelve bytes", row.getString(4));
            assertEquals(2, row.getInt(5));
            assertEquals(12, row.getInt(6));
            assertTrue(row.getTimestamp(7).getTime() > 0);
        }
        assertEquals(Map.of(1L, "twelve bytes"), contents());
    }

    @Test
    void whatHasNoLabelShowsNone() throws SQLException {
        put(1, "one");
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM aldis_mqtt_records WHERE topic IS NULL AND qos IS NULL")) {
            assertTrue(row.next());
            assertEquals(1, row.getInt(1));
        }
    }

    @Test
    void aDamagedRecordIsSetAsideWithItsBytes() throws SQLException {
        put(1, "one");
        put(2, "two");
        execute("UPDATE aldis_mqtt_records SET content = X'01050000000041' WHERE record_key = 1");
        assertEquals(Map.of(2L, "two"), contents());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("Record 1 "), damage::toString);
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT content FROM aldis_mqtt_quarantine WHERE record_key = 1")) {
            assertTrue(row.next());
            assertEquals(7, row.getBytes(1).length);
        }
        damage.clear();
        assertEquals(Map.of(2L, "two"), contents());
        assertEquals(List.of(), damage);
    }

    @Test
    void aNewerFormatIsLeftAlone() throws SQLException {
        put(1, "one");
        execute("UPDATE aldis_mqtt_sessions SET format = 2");
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertTrue(refused.getMessage().contains("newer version"), refused::getMessage);
        execute("UPDATE aldis_mqtt_sessions SET format = 1");
        assertEquals(Map.of(1L, "one"), contents());
    }

    @Test
    void aServerThatComesBackIsUsedAgain() throws SQLException {
        try (TestServer own = TestServer.start(databases)) {
            try (SessionStore store = open(own.location(database), Durability.POWER)) {
                append(store, 1, "before").join();
                own.stop();
                CompletableFuture<Void> lost = append(store, 2, "lost");
                assertTrue(lost.handle((done, failure) -> failure instanceof StoreException)
                        .join());
                assertThrows(StoreException.class, () -> store.scan(0, 10));
                own.startAgain();
                append(store, 3, "after").join();
                assertEquals(2, own.connections(database), "it owns the session again");
                assertEquals(Map.of(1L, "before", 3L, "after"), texts(store));
            }
        }
    }

    @Test
    void whoLostTheStoreToAnotherClientWritesNothingMore() throws SQLException {
        try (SessionStore store = open(server.location(database), Durability.PROCESS)) {
            append(store, 1, "before").join();
            execute("UPDATE aldis_mqtt_sessions SET owner = 42");
            CompletableFuture<Void> refused = append(store, 2, "too late");
            Throwable failure = refused.handle((done, thrown) -> thrown).join();
            assertTrue(failure.getMessage().contains("taken over"), failure::getMessage);
        }
        assertEquals(Map.of(1L, "before"), contents());
    }

    /** The answer to a commit may be lost with its connection; what was done is found out over the next one. */
    @Test
    @Tag("slow")
    void whatIsStoredIsWhatWasReportedHoweverOftenTheConnectionIsCut() throws IOException {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        String replay = "seed " + seed + " (replay with -Daldis.seed=" + seed + ")";
        Map<Long, String> expected = new TreeMap<>();
        int failures = 0;
        try (CuttingProxy proxy = CuttingProxy.to(server.port(), new Random(seed));
                SessionStore store = open(TestServer.location(proxy.port(), database), Durability.PROCESS)) {
            proxy.cutNowAndThen(true);
            for (int i = 0; i < 40; i++) {
                long key = i % 10;
                if (append(store, key, "text " + i)
                        .handle((done, failure) -> failure == null)
                        .join()) {
                    expected.put(key, "text " + i);
                } else {
                    failures++;
                }
            }
            proxy.cutNowAndThen(false);
            // Connections that were cut may still be found out.
            int tries = 0;
            Throwable failure = new StoreException("not tried", (Throwable) null);
            while (failure != null) {
                failure = append(store, 99, "last")
                        .handle((done, thrown) -> thrown)
                        .join();
                assertTrue(++tries < 20, failure + ", " + replay);
            }
            expected.put(99L, "last");
            assertEquals(expected, texts(store), replay);
            assertTrue(proxy.cuts() > 0, () -> proxy.cuts() + " cuts, " + replay);
        }
        assertEquals(expected, contents(), replay);
        assertTrue(failures < 40, replay);
    }

    @Test
    void saysWhatIsWrongWithTheServer() throws IOException, SQLException {
        put(1, "one");
        execute("CREATE USER app PASSWORD 'secret'");
        Path password = Files.writeString(databases.resolve("password"), "wrong");
        String location = server.location(database) + "?user=app&password=file:" + password;
        assertRefused("?user=NAME&password=env:NAME", location);
        Files.writeString(password, "secret");
        assertRefused("administrator", location, Durability.POWER);
        try (TestServer gone = TestServer.start(databases)) {
            gone.stop();
            assertRefused("start the server", gone.location(database).toString());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> open(URI.create(server.location(database) + ";MODE=MySQL"), Durability.PROCESS)
                        .close());
        assertThrows(
                IllegalArgumentException.class,
                () -> open(URI.create(server.location(database) + "?user=app&password=secret"), Durability.PROCESS)
                        .close());
    }

    private void assertRefused(String cure, String location) {
        assertRefused(cure, location, Durability.PROCESS);
    }

    private void assertRefused(String cure, String location, Durability durability) {
        StoreException refused = assertThrows(
                StoreException.class,
                () -> open(URI.create(location), durability).close());
        assertTrue(refused.getMessage().contains(cure), refused::getMessage);
        assertFalse(refused.getMessage().contains("secret"), refused::getMessage);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private SessionStore open(URI location, Durability durability) {
        return new H2StoreProvider().open(request(location, durability));
    }

    private StoreRequest request(URI location, Durability durability) {
        return new StoreRequest(location, "client", durability, damage::add);
    }

    private void put(long key, String text) {
        try (SessionStore store = open(server.location(database), Durability.PROCESS)) {
            append(store, key, text).join();
        }
    }

    private Map<Long, String> contents() {
        try (SessionStore store = open(server.location(database), Durability.PROCESS)) {
            return texts(store);
        }
    }

    private static Map<Long, String> texts(SessionStore store) {
        Map<Long, String> texts = new TreeMap<>();
        store.scan(0, 1000)
                .forEach(record -> texts.put(record.key(), record.content().text()));
        return texts;
    }

    static CompletableFuture<Void> append(SessionStore store, long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 5, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return AppendFuture.of(store, batch);
    }
}
