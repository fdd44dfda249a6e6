package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.h2.Driver;
import org.h2.api.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each client identifier has one session, also when two make it at the same moment. */
class TablesTest {

    private static int number;

    private final List<String> calls = new ArrayList<>();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = new Driver().connect("jdbc:h2:mem:tables" + ++number, new Properties());
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    /** A connection whose statements that begin with a word fail, after something was done. */
    private Connection failing(String word, SQLException failure, Runnable before) {
        return proxy(Connection.class, connection, (method, result) -> {
            calls.add(method);
            if (result instanceof PreparedStatement statement
                    && statement.toString().contains(word)) {
                return proxy(PreparedStatement.class, statement, (name, done) -> {
                    if (name.startsWith("execute")) {
                        before.run();
                        throw failure;
                    }
                    return done;
                });
            }
            return result;
        });
    }

    private interface Answer {

        Object to(String method, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T real, Answer answer) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean executes = method.getName().startsWith("execute");
                    try {
                        Object result = executes ? null : method.invoke(real, arguments);
                        Object answered = answer.to(method.getName(), result);
                        return executes ? method.invoke(real, arguments) : answered;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(proxy);
    }

    @Test
    void anIdentifierHasOneSessionHoweverOftenItIsAskedFor() throws SQLException {
        assertEquals(OptionalLong.empty(), Tables.existingSession(connection, "client"), "there is no table");
        Tables.create(connection);
        assertEquals(OptionalLong.empty(), Tables.existingSession(connection, "client"));
        long session = Tables.sessionOf(connection, "client");
        assertEquals(session, Tables.sessionOf(connection, "client"));
        assertEquals(OptionalLong.of(session), Tables.existingSession(connection, "client"));
        assertTrue(Tables.sessionOf(connection, "other") != session);
    }

    @Test
    void whoComesSecondUsesWhatTheFirstOneHasMade() throws SQLException {
        Tables.create(connection);
        List<Long> made = new ArrayList<>();
        SQLException duplicate = new SQLException("duplicate", "23505", ErrorCode.DUPLICATE_KEY_1);
        Connection second = failing("INSERT INTO aldis_mqtt_sessions", duplicate, () -> {
            try {
                made.add(Tables.sessionOf(connection, "client"));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(Tables.sessionOf(second, "client"), made.get(0));
        assertTrue(calls.contains("rollback"), calls::toString);
    }

    @Test
    void otherErrorsAreNotHidden() throws SQLException {
        Tables.create(connection);
        SQLException broken = new SQLException("broken", "90067", ErrorCode.CONNECTION_BROKEN_1);
        assertSame(
                broken,
                assertThrows(
                        SQLException.class, () -> Tables.sessionOf(failing("INSERT", broken, () -> {}), "client")));
        assertSame(
                broken,
                assertThrows(
                        SQLException.class,
                        () -> Tables.existingSession(failing("SELECT", broken, () -> {}), "client")));
    }
}
