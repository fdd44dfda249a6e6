package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The contract of every store, on Chronicle Queue. */
class ChronicleStoreContractTest extends SessionStoreContractTest {

    @Override
    protected StoreProvider provider() {
        return new ChronicleStoreProvider();
    }

    @Override
    protected URI location(Path temporaryFolder) {
        return URI.create("chronicle:" + temporaryFolder);
    }

    @Override
    protected List<String> childOptions() {
        return List.of(
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR");
    }

    /** One for the whole JVM, which Chronicle never ends. */
    @Override
    protected boolean isShared(Thread thread) {
        return thread.getName().equals("background~resource~releaser");
    }
}
