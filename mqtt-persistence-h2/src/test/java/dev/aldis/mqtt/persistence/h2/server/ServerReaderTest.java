package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who looks into a session at a server sees it as it was, changes nothing, and stops nobody. */
@Timeout(60)
class ServerReaderTest {

    private static final String DATABASE = "readers";

    @TempDir
    Path databases;

    private final List<String> damage = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void startServer() {
        server = TestServer.start(databases);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void showsWhatWasThereWhileTheOwnerWorksOn() {
        try (SessionStore store = open()) {
            for (long key = 0; key < 10; key++) {
                put(store, key);
            }
            try (StoreReader reader = read("client")) {
                assertEquals(List.of(0L, 1L, 2L), keys(reader.scan(0, 3)));
                put(store, 10);
                assertEquals(List.of(8L, 9L), keys(reader.scan(8, 100)));
                assertEquals("record 8", reader.scan(8, 1).get(0).content().text());
            }
            try (StoreReader reader = read("client")) {
                assertEquals(11, reader.scan(0, 100).size());
            }
        }
    }

    @Test
    void damagedRecordsAreReportedLeftOutAndLeftAsTheyAre() throws SQLException {
        try (SessionStore store = open()) {
            for (long key = 0; key < 10; key++) {
                put(store, key);
            }
        }
        execute("UPDATE aldis_mqtt_records SET content = X'01050000000041' WHERE record_key IN (1, 2)");
        try (StoreReader reader = read("client")) {
            assertEquals(List.of(0L, 3L), keys(reader.scan(0, 2)));
            assertEquals(2, damage.size(), damage::toString);
            assertEquals(8, reader.scan(0, 100).size());
        }
        assertEquals(2, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("Record 1 "), damage::toString);
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM aldis_mqtt_records")) {
            assertTrue(rows.next());
            assertEquals(10, rows.getInt(1));
        }
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() throws SQLException {
        assertRefused("nobody", "'nobody'");
        try (SessionStore store = open()) {
            put(store, 1);
        }
        assertRefused("nobody", "'nobody'");
        execute("UPDATE aldis_mqtt_sessions SET format = 2");
        assertRefused("client", "newer version");
        assertEquals(0, connections());
    }

    @Test
    void aReaderThatIsClosedSaysSo() throws SQLException {
        try (SessionStore store = open()) {
            put(store, 1);
        }
        StoreReader reader = read("client");
        assertThrows(IllegalArgumentException.class, () -> reader.scan(0, 0));
        assertEquals(1, connections());
        reader.close();
        assertEquals(0, connections());
        StoreException refused = assertThrows(StoreException.class, () -> reader.scan(0, 1));
        assertTrue(refused.getMessage().contains("closed"), refused::getMessage);
    }

    /** How many connections the server has but for the one that asks. */
    private int connections() throws SQLException {
        return server.connections(DATABASE);
    }

    private void assertRefused(String client, String words) {
        StoreException refused =
                assertThrows(StoreException.class, () -> read(client).close());
        assertTrue(refused.getMessage().contains(words), refused::getMessage);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private StoreRequest request(String client) {
        return new StoreRequest(server.location(DATABASE), client, Durability.PROCESS, damage::add);
    }

    private SessionStore open() {
        return new H2StoreProvider().open(request("client"));
    }

    private StoreReader read(String client) {
        return new H2StoreProvider().openForReading(request(client));
    }

    private static void put(SessionStore store, long key) {
        ServerStoreTest.append(store, key, "record " + key).join();
    }

    private static List<Long> keys(List<StoredRecord> records) {
        return records.stream().map(StoredRecord::key).toList();
    }
}
