package dev.aldis.mqtt.persistence.h2.server;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import org.h2.Driver;
import org.h2.tools.Server;

/** An H2 server in this process, on a loopback port of its own. */
final class TestServer implements AutoCloseable {

    /** None of these is given to others by the system, as it may be while the server is stopped. */
    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 32_767;

    private final Path folder;
    private Server server;

    private TestServer(Path folder, Server server) {
        this.folder = folder;
        this.server = server;
    }

    static TestServer start(Path folder) {
        IllegalStateException taken = new IllegalStateException("Not tried");
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            try {
                return new TestServer(folder, start(folder, port));
            } catch (IllegalStateException e) {
                taken = e;
            }
        }
        throw taken;
    }

    private static Server start(Path folder, int port) {
        try {
            return Server.createTcpServer(
                            "-tcpPort", String.valueOf(port), "-ifNotExists", "-baseDir", folder.toString())
                    .start();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    void stop() {
        server.stop();
    }

    void startAgain() {
        server = start(folder, server.getPort());
    }

    static String address(int port, String database) {
        return "tcp://localhost:" + port + "/./" + database;
    }

    static URI location(int port, String database) {
        return URI.create("h2:" + address(port, database));
    }

    URI location(String database) {
        return location(port(), database);
    }

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "sa");
        return new Driver().connect("jdbc:h2:" + address(port(), database), properties);
    }

    /** How many connections to a database there are but for the one that asks. */
    int connections(String database) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) - 1 FROM INFORMATION_SCHEMA.SESSIONS")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
