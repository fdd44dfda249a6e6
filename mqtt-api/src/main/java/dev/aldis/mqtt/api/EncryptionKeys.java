package dev.aldis.mqtt.api;

import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The keys that stored records are encrypted with; see {@link PersistenceOptions#withEncryption}. Each key has an identifier,
 * which stands in clear text beside each record, so that keys can change: new records get the current key, and when a store
 * is opened, what has a former key is encrypted again with the current one. A former key is no longer needed once each store
 * has been opened with both.
 *
 * <p>Implement it to fetch keys from a vault, or use {@link #of}. Safe for use by any number of threads.
 */
public interface EncryptionKeys {

    /**
     * The identifier of the key for new records. Asked once whenever a store is opened.
     *
     * @return 1 to 255 bytes in UTF-8, for example {@code 2026-11}; never used again for another key
     */
    String currentIdentifier();

    /**
     * The key with an identifier: the current one, or one that a record was encrypted with. Asked when a store is opened,
     * at most once for each identifier; may block.
     *
     * @param identifier of the key
     * @return at least 16 random bytes of any algorithm, such as an AES key; empty if there is no such key
     */
    Optional<SecretKey> key(String identifier);

    /**
     * One key.
     *
     * @param identifier 1 to 255 bytes in UTF-8, for example {@code 2026-11}
     * @param key at least 16 random bytes, such as an AES key
     * @return the keys
     */
    static EncryptionKeys of(String identifier, SecretKey key) {
        return KnownKeys.of(identifier, key);
    }

    /**
     * These keys, and a further one for records that were encrypted with it.
     *
     * @param identifier of the former key
     * @param key the former key
     * @return the keys
     */
    default EncryptionKeys withFormerKey(String identifier, SecretKey key) {
        return new KnownKeys(identifier, key, this);
    }
}
