package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Decrypts records with whatever key they were encrypted with. Used by one thread at a time. */
final class RecordOpener {

    private static final int MOST_DATA_KEYS = 64;

    /** Why a record cannot be decrypted. */
    enum Fault {
        NONE,
        NOT_ENCRYPTED,
        DAMAGED,
        NO_SUCH_KEY,
        WRONG_KEY
    }

    /**
     * What became of a record.
     *
     * @param keyIdentifier empty if the head cannot be read
     * @param content the plain bytes; none unless there is no fault
     */
    record Opened(Fault fault, String keyIdentifier, Payload content) {}

    private record DataKeyName(String keyIdentifier, Payload salt) {}

    private final EncryptionKeys keys;
    private final Cipher cipher;
    private final Binding binding;
    private final Map<String, Optional<SecretKey>> userKeys = new HashMap<>();
    private final Map<DataKeyName, DataKey> dataKeys = new LinkedHashMap<>(16, 0.75f, true);

    RecordOpener(EncryptionKeys keys, String clientIdentifier) throws GeneralSecurityException {
        this.keys = keys;
        this.cipher = Cipher.getInstance(Binding.TRANSFORMATION);
        this.binding = new Binding(clientIdentifier);
    }

    /**
     * The user's key with an identifier.
     *
     * @return empty if there is none
     */
    Optional<SecretKey> userKey(String identifier) {
        return userKeys.computeIfAbsent(identifier, keys::key);
    }

    Opened open(StoredRecord record) {
        if (!EncryptedRecord.hasMark(record.content())) {
            return fault(Fault.NOT_ENCRYPTED, "");
        }
        byte[] bytes = record.content().toByteArray();
        EncryptedRecord head = EncryptedRecord.read(bytes);
        if (head == null) {
            return fault(Fault.DAMAGED, "");
        }
        String identifier = head.keyIdentifier();
        Optional<SecretKey> userKey = userKey(identifier);
        if (userKey.isEmpty()) {
            return fault(Fault.NO_SUCH_KEY, identifier);
        }
        DataKey dataKey = dataKey(head, userKey.get());
        if (dataKey.check() != head.keyCheck()) {
            return fault(Fault.WRONG_KEY, identifier);
        }
        return decrypt(record, bytes, head, dataKey);
    }

    private static Opened fault(Fault fault, String keyIdentifier) {
        return new Opened(fault, keyIdentifier, Payload.EMPTY);
    }

    private DataKey dataKey(EncryptedRecord head, SecretKey userKey) {
        DataKeyName name = new DataKeyName(head.keyIdentifier(), head.salt());
        DataKey known = dataKeys.get(name);
        if (known != null) {
            return known;
        }
        DataKey derived = DataKey.derive(head.keyIdentifier(), userKey, head.salt());
        if (dataKeys.size() == MOST_DATA_KEYS) {
            dataKeys.remove(dataKeys.keySet().iterator().next());
        }
        dataKeys.put(name, derived);
        return derived;
    }

    private Opened decrypt(StoredRecord record, byte[] bytes, EncryptedRecord head, DataKey dataKey) {
        ByteBuffer nonce = ByteBuffer.allocate(EncryptedRecord.NONCE_BYTES).putLong(Integer.BYTES, head.counter());
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    dataKey.aes(),
                    new GCMParameterSpec(EncryptedRecord.TAG_BYTES * Byte.SIZE, nonce.array()));
            cipher.updateAAD(bytes, 0, head.headBytes());
            cipher.updateAAD(binding.of(record.key(), record.kind()));
            byte[] plain = cipher.doFinal(bytes, head.headBytes(), bytes.length - head.headBytes());
            return new Opened(Fault.NONE, head.keyIdentifier(), Payload.wrap(plain));
        } catch (AEADBadTagException e) {
            return fault(Fault.DAMAGED, head.keyIdentifier());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Record " + record.key() + " could not be decrypted", e);
        }
    }
}
