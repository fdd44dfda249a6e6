package dev.aldis.mqtt.persistence.h2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract of every store, on a file that H2 encrypts. */
class CipherContractTest extends H2StoreContractTest {

    @Override
    protected int crashCycles() {
        return Math.min(2, super.crashCycles());
    }

    @Override
    protected URI location(Path temporaryFolder) {
        Path password = temporaryFolder.resolve("password");
        try {
            Files.writeString(password, "a long password\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return URI.create("h2:" + temporaryFolder.resolve("stores") + "?cipher=AES&password=file:" + password);
    }
}
