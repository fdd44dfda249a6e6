package dev.aldis.mqtt.examples.logstore;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest;
import java.net.URI;
import java.nio.file.Path;

/** The contract of every store, unchanged, on the example. */
class LogStoreContractTest extends SessionStoreContractTest {

    @Override
    protected StoreProvider provider() {
        return new LogStoreProvider();
    }

    @Override
    protected URI location(Path temporaryFolder) {
        return URI.create("log:" + temporaryFolder);
    }
}
