package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;

/**
 * Encrypts the records of any store with AES-GCM and a key of 256 bits. {@code PersistenceOptions.withEncryption(...)} puts it
 * around the store that the persistence URI names; around a provider of your own, put it yourself.
 *
 * <p>Content is hidden: topics, payloads, application keys, checkpoints. In clear text remain the record's key (which is an
 * order and nothing else), its kind, its size, the identifier of the encryption key, and the client identifier where the
 * store names a file after it. A record is tied to its key, its kind and the client identifier, so that it cannot be
 * swapped with another one unnoticed; that it was deleted, or an older version of it put back, cannot be noticed.
 *
 * <p>The key of {@link EncryptionKeys} encrypts no record itself: for each opening, and for each 2<sup>32</sup> records, a
 * key is derived from it with a random salt, and the nonce counts from 0. So no nonce is ever used twice with one key, and
 * nothing has to be remembered over a crash.
 *
 * <p>When a store is opened, all of it is read once: a key that is missing or wrong is an error that changes nothing, a
 * record that was tampered with is reported and hidden, and what has a former key is encrypted again. Each record grows by
 * 50 bytes and the identifier of the key.
 */
public final class EncryptingStoreProvider implements StoreProvider {

    private final StoreProvider provider;
    private final EncryptionKeys keys;

    /**
     * Encrypts what a provider stores.
     *
     * @param provider of the stores below
     * @param keys the current key, and former ones
     */
    public EncryptingStoreProvider(StoreProvider provider, EncryptionKeys keys) {
        this.provider = Objects.requireNonNull(provider);
        this.keys = Objects.requireNonNull(keys);
    }

    /**
     * Whether a record is encrypted, for those who read records and have no key.
     *
     * @param record as it lies in the store below
     * @return true if it has the form of an encrypted record
     */
    public static boolean isEncrypted(StoredRecord record) {
        return EncryptedRecord.hasMark(record.content());
    }

    @Override
    public String scheme() {
        return provider.scheme();
    }

    /**
     * Opens the store below, and checks that each record can be decrypted.
     *
     * @param request where, for whom, how durable
     * @return the store
     * @throws StoreException if the store below cannot be opened; if a key is missing, or is not the one that its records
     *     were encrypted with; if the records are not encrypted. Nothing was changed then
     */
    @Override
    public SessionStore open(StoreRequest request) {
        try {
            RecordOpener opener = new RecordOpener(keys, request.clientIdentifier());
            RecordSealer sealer = sealer(request, opener);
            // A label is content, which the store below is not to see.
            SessionStore store = provider.open(request.withLabels(RecordLabels.NONE));
            return closingOnFailure(store, () -> new EncryptedOpening(request, store, opener).open(store, sealer));
        } catch (GeneralSecurityException e) {
            throw cannotEncrypt(e);
        }
    }

    /**
     * Opens the store below for somebody who only looks at it; nothing is encrypted again.
     *
     * @param request where and for whom
     * @return the records as of now, decrypted
     * @throws StoreException if the store below cannot be opened; if a key is missing or wrong; if the records are not
     *     encrypted
     */
    @Override
    public StoreReader openForReading(StoreRequest request) {
        try {
            RecordOpener opener = new RecordOpener(keys, request.clientIdentifier());
            StoreReader store = provider.openForReading(request);
            return closingOnFailure(store, () -> new EncryptedOpening(request, store, opener).read());
        } catch (GeneralSecurityException e) {
            throw cannotEncrypt(e);
        }
    }

    private static <T> T closingOnFailure(StoreReader store, Supplier<T> opening) {
        try {
            return opening.get();
        } catch (RuntimeException | Error e) {
            closeAfter(e, store);
            throw e;
        }
    }

    private static StoreException cannotEncrypt(GeneralSecurityException e) {
        return new StoreException(
                "This Java cannot encrypt with AES-GCM (" + e.getMessage() + "): use one whose security providers can",
                e);
    }

    private RecordSealer sealer(StoreRequest request, RecordOpener opener) throws GeneralSecurityException {
        String identifier = keys.currentIdentifier();
        int identifierBytes = identifier.getBytes(StandardCharsets.UTF_8).length;
        if (identifierBytes == 0 || identifierBytes > EncryptedRecord.LONGEST_IDENTIFIER_BYTES) {
            throw new IllegalArgumentException("Encryption key identifier '" + identifier + "' has " + identifierBytes
                    + " bytes in UTF-8: use 1 to " + EncryptedRecord.LONGEST_IDENTIFIER_BYTES);
        }
        Optional<SecretKey> current = opener.userKey(identifier);
        if (current.isEmpty()) {
            throw new StoreException(
                    "The current encryption key '" + identifier + "' for " + request.location()
                            + " is missing: give the key, or name another one as the current one",
                    (Throwable) null);
        }
        return new RecordSealer(identifier, current.get(), request.clientIdentifier());
    }

    private static void closeAfter(Throwable failure, StoreReader store) {
        try {
            store.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
