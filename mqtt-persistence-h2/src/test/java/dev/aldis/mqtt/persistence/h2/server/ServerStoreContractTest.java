package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every store, in tables of an H2 server. */
class ServerStoreContractTest extends SessionStoreContractTest {

    private static final String PORT = "dev.aldis.mqtt.persistence.h2.port";

    @TempDir
    static Path databases;

    /** Null in the processes that are killed, whose server runs in this one. */
    private static TestServer server;

    @BeforeAll
    static void startServer() {
        server = TestServer.start(databases);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected StoreProvider provider() {
        return new H2StoreProvider();
    }

    @Override
    protected URI location(Path temporaryFolder) {
        int port = server == null ? Integer.getInteger(PORT) : server.port();
        return TestServer.location(port, temporaryFolder.getFileName().toString());
    }

    @Override
    protected int crashCycles() {
        return Math.min(2, super.crashCycles());
    }

    @Override
    protected List<String> childOptions() {
        return List.of("-D" + PORT + "=" + server.port());
    }

    @Override
    protected boolean isShared(Thread thread) {
        String name = thread.getName();
        return name.startsWith("H2 ") || name.startsWith("MVStore ") || name.startsWith("Generate Seed");
    }
}
