package dev.aldis.mqtt.examples.logstore;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import javax.crypto.spec.SecretKeySpec;

/** Encryption goes around a store of somebody's own as well. */
class EncryptedLogStoreContractTest extends LogStoreContractTest {

    @Override
    protected int crashCycles() {
        return Math.min(2, super.crashCycles());
    }

    @Override
    protected StoreProvider provider() {
        return new EncryptingStoreProvider(
                super.provider(), EncryptionKeys.of("1", new SecretKeySpec(new byte[32], "AES")));
    }
}
