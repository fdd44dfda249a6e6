package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest;
import java.net.URI;
import java.nio.file.Path;

/** The contract of every store, on the heap: a named store, since the others forget when they are closed. */
class MemoryStoreContractTest extends SessionStoreContractTest {

    @Override
    protected StoreProvider provider() {
        return new MemoryStoreProvider();
    }

    @Override
    protected URI location(Path temporaryFolder) {
        return URI.create("memory:" + temporaryFolder.getFileName());
    }

    @Override
    protected boolean survivesProcess() {
        return false;
    }
}
