package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import javax.crypto.spec.SecretKeySpec;

/** The contract of every store, on the heap and encrypted. */
class EncryptedMemoryStoreContractTest extends MemoryStoreContractTest {

    @Override
    protected StoreProvider provider() {
        return new EncryptingStoreProvider(
                super.provider(), EncryptionKeys.of("test", new SecretKeySpec(new byte[32], "AES")));
    }
}
