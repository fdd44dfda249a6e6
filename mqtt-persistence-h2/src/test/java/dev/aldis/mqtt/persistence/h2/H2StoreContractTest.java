package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest;
import java.net.URI;
import java.nio.file.Path;

/** The contract of every store, on H2. */
class H2StoreContractTest extends SessionStoreContractTest {

    @Override
    protected StoreProvider provider() {
        return new H2StoreProvider();
    }

    @Override
    protected URI location(Path temporaryFolder) {
        return URI.create("h2:" + temporaryFolder);
    }
}
