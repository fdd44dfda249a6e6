package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import javax.crypto.spec.SecretKeySpec;

/** The contract of every store, on Chronicle Queue and encrypted. */
class EncryptedChronicleStoreContractTest extends ChronicleStoreContractTest {

    @Override
    protected int crashCycles() {
        return Math.min(2, super.crashCycles());
    }

    @Override
    protected StoreProvider provider() {
        return new EncryptingStoreProvider(
                super.provider(), EncryptionKeys.of("test", new SecretKeySpec(new byte[32], "AES")));
    }
}
