package dev.aldis.mqtt.spi.persistence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Encrypts records with the current key. Used by one thread at a time. */
final class RecordSealer {

    /** Far below what one key is good for (NIST SP 800-38D); then comes the next key. */
    private static final long MOST_RECORDS_PER_KEY = 1L << 32;

    private final String identifier;
    private final byte[] identifierBytes;
    private final SecretKey userKey;
    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(EncryptedRecord.NONCE_BYTES);
    private final Binding binding;
    private final long mostRecordsPerKey;
    private DataKey dataKey;
    private long counter;

    RecordSealer(String identifier, SecretKey userKey, String clientIdentifier) throws GeneralSecurityException {
        this(identifier, userKey, clientIdentifier, MOST_RECORDS_PER_KEY);
    }

    RecordSealer(String identifier, SecretKey userKey, String clientIdentifier, long mostRecordsPerKey)
            throws GeneralSecurityException {
        this.identifier = identifier;
        this.identifierBytes = identifier.getBytes(StandardCharsets.UTF_8);
        this.userKey = userKey;
        this.dataKey = DataKey.fresh(identifier, userKey);
        this.cipher = Cipher.getInstance(Binding.TRANSFORMATION);
        this.binding = new Binding(clientIdentifier);
        this.mostRecordsPerKey = mostRecordsPerKey;
    }

    String identifier() {
        return identifier;
    }

    /** Adds an encrypted copy of all changes to an empty batch. */
    void seal(ChangeBatch plain, ChangeBatch sealed) {
        for (int i = 0; i < plain.size(); i++) {
            if (plain.isPut(i)) {
                sealPut(plain, i, sealed);
            } else {
                sealed.remove(plain.key(i));
            }
        }
    }

    private void sealPut(ChangeBatch plain, int index, ChangeBatch sealed) {
        if (counter == mostRecordsPerKey) {
            dataKey = DataKey.fresh(identifier, userKey);
            counter = 0;
        }
        long key = plain.key(index);
        int kind = plain.kind(index);
        int lengthBytes = plain.lengthBytes(index);
        int headBytes = EncryptedRecord.headBytes(identifierBytes.length);
        int size = Math.addExact(lengthBytes, headBytes + EncryptedRecord.TAG_BYTES);
        int start = sealed.allocate(key, kind, size);
        byte[] target = sealed.array();
        EncryptedRecord.writeHead(target, start, identifierBytes, dataKey, counter);
        try {
            nonce.putLong(Integer.BYTES, counter++);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    dataKey.aes(),
                    new GCMParameterSpec(EncryptedRecord.TAG_BYTES * Byte.SIZE, nonce.array()));
            cipher.updateAAD(target, start, headBytes);
            cipher.updateAAD(binding.of(key, kind));
            cipher.doFinal(plain.array(), plain.offset(index), lengthBytes, target, start + headBytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Record " + key + " could not be encrypted", e);
        }
    }
}
