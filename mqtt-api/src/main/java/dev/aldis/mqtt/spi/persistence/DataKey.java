package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * An AES key of 256 bits for the records of one opening, derived from the user's key and a random salt of 128 bits by
 * HMAC-SHA-256.
 *
 * <p>Why not the user's key itself: with a random nonce of 96 bits a key is good for 2<sup>32</sup> records, which a busy
 * client writes within hours, and with a counter somebody would have to remember, over crashes, how far it had come. A key
 * of its own for each opening starts counting at 0, and no nonce comes twice: two openings with one salt are not to be
 * expected before 2<sup>64</sup> of them.
 */
record DataKey(SecretKey aes, Payload salt, int check) {

    private static final byte[] PURPOSE_ENCRYPTION = "aldis mqtt record key 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PURPOSE_CHECK = "aldis mqtt key check 1".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORTEST_KEY_BYTES = 16;

    /** Derives a key with a new salt. */
    static DataKey fresh(String identifier, SecretKey userKey) {
        byte[] salt = new byte[EncryptedRecord.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return derive(identifier, userKey, Payload.wrap(salt));
    }

    /**
     * Derives the key that belongs to a salt.
     *
     * @throws StoreException if the user's key cannot be used
     */
    static DataKey derive(String identifier, SecretKey userKey, Payload salt) {
        byte[] raw = userKey.getEncoded();
        if (raw != null) {
            int length = raw.length;
            Arrays.fill(raw, (byte) 0);
            if (length < SHORTEST_KEY_BYTES) {
                throw new StoreException(
                        "Encryption key '" + identifier + "' has " + length + " bytes: use at least "
                                + SHORTEST_KEY_BYTES + " random bytes, for example an AES key of 256 bits",
                        (Throwable) null);
            }
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(userKey);
            mac.update(PURPOSE_ENCRYPTION);
            mac.update(salt.asByteBuffer());
            SecretKey aes = new SecretKeySpec(mac.doFinal(), "AES");
            mac.update(PURPOSE_CHECK);
            mac.update(salt.asByteBuffer());
            return new DataKey(aes, salt, ByteBuffer.wrap(mac.doFinal()).getInt());
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    "Encryption key '" + identifier + "' cannot be used (" + e.getMessage()
                            + "): give a key whose bytes HMAC-SHA-256 can take, such as an AES key",
                    e);
        }
    }

    @Override
    public String toString() {
        return "DataKey[hidden]";
    }
}
