package dev.aldis.mqtt.persistence.h2.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One server for the tests of a class, and a database of its own for each. */
abstract class ServerFixture {

    @TempDir
    static Path databases;

    static TestServer server;
    private static int number;

    String database;

    @BeforeAll
    static void startServer() {
        server = TestServer.start(databases);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void chooseDatabase() {
        database = "database" + ++number;
    }
}
