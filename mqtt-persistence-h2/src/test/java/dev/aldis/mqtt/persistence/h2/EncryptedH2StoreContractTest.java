package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import javax.crypto.spec.SecretKeySpec;

/** The contract of every store, on H2 and encrypted. */
class EncryptedH2StoreContractTest extends H2StoreContractTest {

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
