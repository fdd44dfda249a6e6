package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may open a session at a server, and what opening it does to what is there. */
@Timeout(60)
class ServerOpeningTest extends ServerFixture {

    private static final String PROPERTY = "dev.aldis.mqtt.persistence.h2.server.ServerOpeningTest";

    private final List<String> damage = new ArrayList<>();

    private SessionStore open(URI location, String client) {
        return new H2StoreProvider().open(new StoreRequest(location, client, Durability.PROCESS, damage::add));
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aSessionThatSomebodyHasIsRefusedWithItsNameAsFarAsThatCanBeRead() throws SQLException {
        String longest = "a".repeat(64);
        try (SessionStore store = open(server.location(database), longest + "b")) {
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> open(server.location(database), longest + "b").close());
            assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
            assertTrue(refused.getMessage().contains("'" + longest + "...'"), refused::getMessage);
            assertTrue(refused.getMessage().contains(database), refused::getMessage);
            assertEquals(2, server.connections(database), "the one that works and the one that owns");
            // Others have sessions of their own.
            open(server.location(database), longest).close();
            ServerStoreTest.append(store, 1, "still open").join();
        }
        open(server.location(database), longest + "b").close();
    }

    @Test
    void aLongIdentifierIsShownAsFarAsItCanBeRead() {
        assertEquals("a".repeat(64), Ownership.shortened("a".repeat(64)));
        assertEquals("a".repeat(64) + "...", Ownership.shortened("a".repeat(64) + "b"));
    }

    /** Otherwise a crash of the server costs up to half a second of what was reported as stored. */
    @Test
    void theServerWritesEachCommitAtOnceAlsoAfterItsNextStart() throws SQLException {
        execute("SET WRITE_DELAY 500");
        try (SessionStore store = open(server.location(database), "client")) {
            ServerStoreTest.append(store, 1, "text").join();
            assertEquals("0", writeDelay());
        }
        // With its last connection the server has closed the database.
        assertEquals("0", writeDelay());
    }

    private String writeDelay() throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet setting = statement.executeQuery("SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                        + " WHERE SETTING_NAME = 'WRITE_DELAY'")) {
            assertTrue(setting.next());
            return setting.getString(1);
        }
    }

    /** Records are checked in pages. */
    @Test
    void eachDamagedRecordIsSetAsideAndReportedOnceHoweverManyRecordsThereAre() throws SQLException {
        for (int records : new int[] {1000, 1001}) {
            damage.clear();
            long last = records == 1000 ? Long.MAX_VALUE : records - 1;
            try (SessionStore store = open(server.location(database), "client")) {
                ChangeBatch batch = new ChangeBatch();
                for (int key = 0; key < records - 1; key++) {
                    batch.put(key, 1, ByteBuffer.allocate(1));
                }
                batch.put(last, 1, ByteBuffer.allocate(1));
                AppendFuture.of(store, batch).join();
            }
            execute("UPDATE aldis_mqtt_records SET content = X'01050000000041' WHERE record_key IN (7, " + last + ")");
            try (SessionStore store = open(server.location(database), "client")) {
                assertEquals(records - 2, store.scan(0, 2000).size());
                ChangeBatch batch = new ChangeBatch();
                for (int key = 0; key < records; key++) {
                    batch.remove(key);
                }
                AppendFuture.of(store, batch).join();
            }
            assertEquals(2, damage.size(), damage::toString);
            assertTrue(damage.get(0).startsWith("Record 7 "), damage::toString);
            assertTrue(damage.get(1).startsWith("Record " + last + " "), damage::toString);
        }
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM aldis_mqtt_quarantine")) {
            assertTrue(rows.next());
            assertEquals(4, rows.getInt(1));
        }
    }

    /** Such a user is warned that a crash of the server costs what it had not written yet. */
    @Test
    void aUserWhoIsNoAdministratorMayUseTablesThatAreThere() throws SQLException {
        open(server.location(database), "client").close();
        execute("CREATE USER app PASSWORD 'secret'", "GRANT ALTER ANY SCHEMA TO app");
        System.setProperty(PROPERTY, "secret");
        try {
            URI location = URI.create(server.location(database) + "?user=app&password=property:" + PROPERTY);
            try (SessionStore store = open(location, "client")) {
                ServerStoreTest.append(store, 1, "stored").join();
                assertEquals("stored", store.scan(0, 1).get(0).content().text());
            }
            assertFalse(location.toString().contains("secret"));
        } finally {
            System.clearProperty(PROPERTY);
        }
    }
}
