package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a batch whatever the connection does: it is stored or not, and who asked is told which. */
@Timeout(60)
class ServerRecordsTest extends ServerFixture {

    /** What happens at a call of a connection, in place of it or before it; an exception ends the call. */
    private interface Fault {

        void at(String method, Connection real) throws SQLException;
    }

    private final List<String> calls = new ArrayList<>();
    private Fault fault = (method, real) -> {};
    private ServerSession session;
    private StoreRequest request;
    private Connection wrapped;
    private Connection real;

    @BeforeEach
    void ownSession() throws SQLException {
        request = new StoreRequest(server.location(database), "client", Durability.PROCESS, damage -> {
            throw new AssertionError(damage);
        });
        ServerLocation location = ServerLocation.of(request);
        real = location.connect();
        Tables.create(real);
        session = ServerSession.own(location, request, real);
        wrapped = wrap(real);
    }

    @AfterEach
    void closeSession() throws SQLException {
        session.close();
        real.close();
    }

    /** The same connection, with what a test lets happen at its calls. */
    private Connection wrap(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    fault.at(method.getName(), connection);
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private ServerRecords records(boolean synced) throws SQLException {
        return new ServerRecords(session, wrapped, session.lastCommit(real), synced, request.labels());
    }

    private static ChangeBatch putting(long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 5, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return batch;
    }

    private static void store(ServerRecords records, long key, String text) {
        records.apply(putting(key, text));
        records.commit();
    }

    private static Map<Long, String> texts(ServerRecords records) {
        Map<Long, String> texts = new TreeMap<>();
        for (StoredRecord record : records.scan(0, 1000)) {
            texts.put(record.key(), record.content().text());
        }
        return texts;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The server did it, and its answer never arrived. */
    @Test
    void aCommitWhoseAnswerIsLostIsFoundToBeDone() throws SQLException, IOException {
        for (boolean synced : new boolean[] {false, true}) {
            ServerRecords records = records(synced);
            store(records, 1, "before");
            fault = (method, connection) -> {
                if (method.equals("commit")) {
                    connection.commit();
                    throw new SQLException("lost");
                }
            };
            store(records, 2, "done");
            store(records, 3, "goes on over a connection of its own");
            assertEquals(List.of(1L, 2L, 3L), List.copyOf(texts(records).keySet()));
            records.close();
            fault = (method, connection) -> {};
            real = ServerLocation.of(request).connect();
            wrapped = wrap(real);
        }
    }

    @Test
    void aCommitThatDidNotReachTheServerFailsAndLeavesNoTrace() throws SQLException, IOException {
        ServerRecords records = records(false);
        store(records, 1, "before");
        fault = (method, connection) -> {
            if (method.equals("commit")) {
                throw new SQLException("lost");
            }
        };
        records.apply(putting(2, "not done"));
        StoreException failure = assertThrows(StoreException.class, records::commit);
        assertTrue(failure.getMessage().contains("could not be written (lost)"), failure::getMessage);
        assertTrue(failure.getMessage().contains(database), failure::getMessage);
        records.abandon(failure);
        assertFalse(records.isBroken(), "the next use tries the connection anyway");
        store(records, 3, "after");
        assertEquals(Map.of(1L, "before", 3L, "after"), texts(records));
        records.close();
    }

    /** Others change the row as well, when they become the owner. */
    @Test
    void askingForTheLastCommitLocksNothing() throws SQLException {
        assertEquals(0, session.lastCommit(real));
        execute("UPDATE aldis_mqtt_sessions SET last_commit = 7");
        assertEquals(7, session.lastCommit(real));
    }

    @Test
    void whatWasGivenUpIsNotPartOfTheNextCommit() throws SQLException, IOException {
        ServerRecords records = records(false);
        records.apply(putting(1, "given up"));
        records.abandon(new IOException("elsewhere"));
        assertTrue(real.isClosed(), "nor is anything of it left at the server");
        store(records, 2, "stored");
        assertEquals(Map.of(2L, "stored"), texts(records));
        records.close();
    }

    /** The server may have been started again since. */
    @Test
    void aConnectionThatIsFoundToBeDeadIsMadeAgainForTheBatch() throws SQLException, IOException {
        ServerRecords records = records(false);
        store(records, 1, "before");
        real.close();
        store(records, 2, "after");
        assertEquals(Map.of(1L, "before", 2L, "after"), texts(records));
        records.close();
    }

    @Test
    void withoutAServerEachUseSaysSo() throws SQLException, IOException {
        try (TestServer own = TestServer.start(databases)) {
            database = "own";
            request = new StoreRequest(own.location(database), "client", Durability.PROCESS, damage -> {});
            ServerLocation location = ServerLocation.of(request);
            Connection connection = location.connect();
            Tables.create(connection);
            ServerSession owned = ServerSession.own(location, request, connection);
            ServerRecords records = new ServerRecords(owned, connection, 0, false, request.labels());
            own.stop();
            records.apply(putting(1, "lost"));
            String message = messageOf(records::commit);
            assertTrue(message.contains("could not be reached"), message);
            assertTrue(messageOf(() -> records.scan(0, 1)).contains("could not be reached"));
            records.close();
            owned.close();
        }
    }

    private static String messageOf(Runnable use) {
        return String.valueOf(assertThrows(StoreException.class, use::run).getMessage());
    }

    @Test
    void eachCommitIsForcedToTheDiskOfTheServerAtPowerOnly() throws SQLException, IOException {
        ServerRecords records = records(true);
        calls.clear();
        store(records, 1, "one");
        assertEquals(List.of("commit", "createStatement"), calls.subList(calls.size() - 2, calls.size()));
        records = records(false);
        calls.clear();
        store(records, 2, "two");
        assertEquals("commit", calls.get(calls.size() - 1));
        records.close();
    }

    @Test
    void theLastChangeOfAKeyCountsAndRemovedIsRemoved() throws SQLException, IOException {
        ServerRecords records = records(false);
        ChangeBatch batch = putting(1, "one");
        batch.put(2, 5, ByteBuffer.wrap(new byte[] {'2'}));
        batch.put(3, 5, ByteBuffer.wrap(new byte[] {'3'}));
        batch.remove(3);
        records.apply(batch);
        records.commit();
        assertEquals(Map.of(1L, "one", 2L, "2"), texts(records));

        ChangeBatch removal = new ChangeBatch();
        removal.remove(1);
        records.apply(removal);
        records.apply(putting(2, "two"));
        records.commit();
        assertEquals(Map.of(2L, "two"), texts(records));

        ChangeBatch last = new ChangeBatch();
        last.remove(2);
        last.put(2, 5, ByteBuffer.wrap(new byte[] {'b'}));
        records.apply(last);
        records.commit();
        assertEquals(Map.of(2L, "b"), texts(records));
        records.close();
    }

    @Test
    void aScanGivesTheFirstRecordsFromAKeyOnAndNothingOfOtherSessions() throws SQLException, IOException {
        ServerRecords records = records(false);
        ServerLocation location = ServerLocation.of(request);
        StoreRequest other = new StoreRequest(request.location(), "other", Durability.PROCESS, damage -> {});
        try (Connection connection = location.connect();
                ServerSession theirs = ServerSession.own(location, other, connection)) {
            store(new ServerRecords(theirs, connection, 0, false, request.labels()), 2, "theirs");
        }
        for (int key = 0; key < 5; key++) {
            store(records, key, "text " + key);
        }
        assertEquals(
                List.of(2L, 3L),
                records.scan(2, 2).stream().map(StoredRecord::key).toList());
        assertEquals("text 2", texts(records).get(2L));
        records.close();
    }

    @Test
    void aCommitWritesWhatWasAppliedSinceTheLastOne() throws SQLException, IOException {
        ServerRecords records = records(false);
        store(records, 1, "one");
        execute("DELETE FROM aldis_mqtt_records");
        store(records, 2, "two");
        assertEquals(Map.of(2L, "two"), texts(records));
        records.close();
    }

    @Test
    void aRecordThatIsDamagedMeanwhileIsNotShown() throws SQLException, IOException {
        ServerRecords records = records(false);
        store(records, 1, "whole");
        execute("UPDATE aldis_mqtt_records SET content = X'01050000000041'");
        String message = messageOf(() -> records.scan(0, 10));
        assertTrue(message.contains("Record 1 ") && message.contains(database), message);
        records.close();
    }

    @Test
    void theEndOfItClosesTheConnection() throws SQLException, IOException {
        ServerRecords records = records(false);
        fault = (method, connection) -> {
            if (method.equals("close")) {
                connection.close();
                throw new SQLException("on the way");
            }
        };
        assertThrows(IOException.class, records::close);
        assertTrue(real.isClosed());
        records.close();
    }
}
