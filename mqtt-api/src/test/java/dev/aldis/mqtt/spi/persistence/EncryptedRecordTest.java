package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.RecordOpener.Fault;
import dev.aldis.mqtt.spi.persistence.RecordOpener.Opened;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One record: what its head says, that no nonce comes twice, and what becomes of one that somebody has changed. */
class EncryptedRecordTest {

    private static final String IDENTIFIER = "k\u00e9y";
    private static final int IDENTIFIER_BYTES = 4;
    private static final SecretKey KEY = new SecretKeySpec(new byte[32], "AES");
    private static final EncryptionKeys KEYS = EncryptionKeys.of(IDENTIFIER, KEY);

    /** A key whose bytes the caller gets without a copy, and that counts how often it is used. */
    private static final class WatchedKey implements SecretKey {

        private static final long serialVersionUID = 1;

        private final byte @Nullable [] bytes;
        private byte[] given = {};
        private int uses;

        WatchedKey(byte @Nullable [] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public @Nullable String getFormat() {
            return bytes == null ? null : "RAW";
        }

        @Override
        public byte @Nullable [] getEncoded() {
            uses++;
            if (bytes == null) {
                return null;
            }
            byte[] copy = bytes.clone();
            given = given.length == 0 ? copy : given;
            return copy;
        }
    }

    private static RecordSealer sealer() throws GeneralSecurityException {
        return new RecordSealer(IDENTIFIER, KEY, "client");
    }

    private static StoredRecord seal(RecordSealer sealer, long key, int kind, String text) {
        ChangeBatch plain = new ChangeBatch();
        plain.put(key, kind, Payload.of(text).asByteBuffer());
        ChangeBatch sealed = new ChangeBatch();
        sealer.seal(plain, sealed);
        ByteBuffer bytes = ByteBuffer.wrap(sealed.array(), sealed.offset(0), sealed.lengthBytes(0));
        return new StoredRecord(key, kind, Payload.copyOf(bytes));
    }

    private static EncryptedRecord head(StoredRecord record) {
        EncryptedRecord head = EncryptedRecord.read(record.content().toByteArray());
        if (head == null) {
            throw new AssertionError("The head is damaged");
        }
        return head;
    }

    private static Opened open(StoredRecord record) throws GeneralSecurityException {
        return new RecordOpener(KEYS, "client").open(record);
    }

    /** The same record with other bytes, and the checksum that somebody who knows what he does would give it. */
    private static StoredRecord forged(StoredRecord record, int at, int mask) {
        byte[] bytes = record.content().toByteArray();
        bytes[at] ^= (byte) mask;
        int checksumOffset = EncryptedRecord.headBytes(IDENTIFIER_BYTES) - Integer.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, checksumOffset);
        ByteBuffer.wrap(bytes).putInt(checksumOffset, (int) crc.getValue());
        return new StoredRecord(record.key(), record.kind(), Payload.wrap(bytes));
    }

    @Test
    void theHeadSaysWhichKeyWhichSaltAndWhichNumber() throws GeneralSecurityException {
        RecordSealer sealer = sealer();
        StoredRecord first = seal(sealer, 1, 2, "one");
        StoredRecord second = seal(sealer, 1, 2, "one");
        assertEquals(IDENTIFIER, head(first).keyIdentifier());
        assertEquals(16, head(first).salt().sizeBytes());
        assertEquals(head(first).salt(), head(second).salt());
        assertEquals(0, head(first).counter());
        assertEquals(1, head(second).counter());
        assertEquals(
                50 + IDENTIFIER_BYTES - EncryptedRecord.TAG_BYTES, head(first).headBytes());
    }

    /**
     * Made by another program from the description alone: by HMAC-SHA-256 of purpose and salt, and AES-GCM of the content with
     * head, key, kind and client identifier beside it. What earlier versions have stored is read for ever.
     */
    @Test
    void theFormatIsTheOneThatIsDescribed() throws GeneralSecurityException {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        byte[] bytes = HexFormat.of()
                .parseHex("e1016b6465666768696a6b6c6d6e6f7071727363e11147000000000000000597"
                        + "11be6775c03c9ce5445d054e902a9ea30454b6fdc2b2");
        EncryptionKeys keys = EncryptionKeys.of("k", new SecretKeySpec(key, "AES"));
        StoredRecord record = new StoredRecord(7, 2, Payload.wrap(bytes));
        assertEquals(new Opened(Fault.NONE, "k", Payload.of("one")), new RecordOpener(keys, "client").open(record));
        assertEquals(5, head(record).counter());
    }

    @Test
    void noSaltAndNumberComeTwiceAndEachKeyIsGivenUpInTime() throws GeneralSecurityException {
        Set<List<Object>> seen = new HashSet<>();
        Set<Payload> salts = new HashSet<>();
        List<Long> counters = new ArrayList<>();
        for (int opening = 0; opening < 3; opening++) {
            RecordSealer sealer = new RecordSealer(IDENTIFIER, KEY, "client", 4);
            for (int i = 0; i < 10; i++) {
                StoredRecord record = seal(sealer, i, 1, "the same");
                EncryptedRecord head = head(record);
                salts.add(head.salt());
                counters.add(head.counter());
                assertTrue(seen.add(List.of(head.salt(), head.counter())), "record " + i);
                assertEquals(Payload.of("the same"), open(record).content());
            }
        }
        assertEquals(9, salts.size(), "4, 4 and 2 records for each opening");
        List<Long> each = List.of(0L, 1L, 2L, 3L, 0L, 1L, 2L, 3L, 0L, 1L);
        assertEquals(each, counters.subList(0, 10));
        assertEquals(each, counters.subList(20, 30));
    }

    @Test
    void anEmptyRecordAndOneOfTheGreatestKeyAndKindAreDecrypted() throws GeneralSecurityException {
        for (String text : List.of("", "x", "y".repeat(100_000))) {
            Opened opened = open(seal(sealer(), Long.MAX_VALUE, 255, text));
            assertEquals(Fault.NONE, opened.fault());
            assertEquals(text, opened.content().text());
            assertEquals(IDENTIFIER, opened.keyIdentifier());
        }
    }

    @Test
    void theLongestIdentifierIsRead() throws GeneralSecurityException {
        String longest = "\u00e9".repeat(127) + "x";
        StoredRecord record = seal(new RecordSealer(longest, KEY, "client"), 1, 1, "one");
        assertEquals(longest, head(record).keyIdentifier());
        Opened opened = new RecordOpener(EncryptionKeys.of(longest, KEY), "client").open(record);
        assertEquals("one", opened.content().text());
    }

    /** A checksum can be made by anybody; the tag cannot. */
    @Test
    void aForgedPartIsRefusedAlsoWithTheRightChecksum() throws GeneralSecurityException {
        StoredRecord record = seal(sealer(), 1, 2, "one");
        int salt = 2 + IDENTIFIER_BYTES;
        int check = salt + EncryptedRecord.SALT_BYTES;
        int counter = check + Integer.BYTES;
        int checksum = counter + Long.BYTES;
        int content = checksum + Integer.BYTES;
        int end = record.content().sizeBytes();
        assertEquals(content + "one".length() + EncryptedRecord.TAG_BYTES, end);
        for (int bit = 0; bit < 8; bit++) {
            int mask = 1 << bit;
            for (int at = 2; at < salt; at++) {
                assertEquals(Fault.NO_SUCH_KEY, open(forged(record, at, mask)).fault(), "identifier");
            }
            for (int at = salt; at < counter; at++) {
                assertEquals(Fault.WRONG_KEY, open(forged(record, at, mask)).fault(), "salt and key check");
            }
            for (int at = counter; at < checksum; at++) {
                assertEquals(Fault.DAMAGED, open(forged(record, at, mask)).fault(), "counter");
            }
            for (int at = content; at < end; at++) {
                assertEquals(Fault.DAMAGED, open(forged(record, at, mask)).fault(), "content and tag");
            }
        }
        assertEquals(Fault.NONE, open(forged(record, 2, 0)).fault(), "the forger's checksum is the right one");
    }

    @Test
    void whatCannotBeDecryptedComesWithoutContent() throws GeneralSecurityException {
        StoredRecord record = seal(sealer(), 1, 2, "one");
        Opened plain = open(new StoredRecord(1, 2, Payload.of("one")));
        assertEquals(new Opened(Fault.NOT_ENCRYPTED, "", Payload.EMPTY), plain);
        assertFalse(EncryptingStoreProvider.isEncrypted(new StoredRecord(1, 2, Payload.of("one"))));
        assertTrue(EncryptingStoreProvider.isEncrypted(record));
        assertEquals(new Opened(Fault.NOT_ENCRYPTED, "", Payload.EMPTY), open(new StoredRecord(1, 2, Payload.EMPTY)));
        byte[] mark = {EncryptedRecord.MARK};
        assertEquals(new Opened(Fault.DAMAGED, "", Payload.EMPTY), open(new StoredRecord(1, 2, Payload.wrap(mark))));
        Opened moved = open(new StoredRecord(2, 2, record.content()));
        assertEquals(new Opened(Fault.DAMAGED, IDENTIFIER, Payload.EMPTY), moved);
        EncryptionKeys other = EncryptionKeys.of(IDENTIFIER, new SecretKeySpec(new byte[31], "AES"));
        Opened wrong = new RecordOpener(EncryptionKeys.of("other", KEY), "client").open(record);
        assertEquals(new Opened(Fault.NO_SUCH_KEY, IDENTIFIER, Payload.EMPTY), wrong);
        byte[] one = new byte[32];
        one[31] = 1;
        Opened another =
                new RecordOpener(EncryptionKeys.of(IDENTIFIER, new SecretKeySpec(one, "AES")), "client").open(record);
        assertEquals(new Opened(Fault.WRONG_KEY, IDENTIFIER, Payload.EMPTY), another);
        // HMAC fills a short key with zeros: these two are one key.
        assertEquals(Fault.NONE, new RecordOpener(other, "client").open(record).fault());
    }

    @Test
    void aHeadThatEndsTooEarlyIsNoHead() throws GeneralSecurityException {
        byte[] whole = seal(sealer(), 1, 2, "").content().toByteArray();
        assertEquals(
                IDENTIFIER, head(new StoredRecord(1, 2, Payload.wrap(whole))).keyIdentifier());
        for (int length = 1; length < whole.length; length++) {
            assertNull(EncryptedRecord.read(Arrays.copyOf(whole, length)), "length " + length);
        }
    }

    @Test
    void aKeyOfSixteenBytesIsEnoughAndOneOfFifteenIsNot() {
        Payload salt = Payload.wrap(new byte[16]);
        assertEquals(
                salt,
                DataKey.derive("k", new SecretKeySpec(new byte[16], "AES"), salt)
                        .salt());
        SecretKey fifteen = new SecretKeySpec(new byte[15], "AES");
        StoreException refused = assertThrows(StoreException.class, () -> DataKey.derive("k", fifteen, salt));
        assertTrue(refused.getMessage().contains("'k' has 15 bytes"), refused::getMessage);
    }

    /** As a key in a hardware module may be. */
    @Test
    void aKeyThatNobodyMayUseIsAnErrorWithTheCure() {
        WatchedKey hidden = new WatchedKey(null);
        StoreException refused = assertThrows(StoreException.class, () -> DataKey.fresh("k", hidden));
        assertTrue(refused.getMessage().contains("'k' cannot be used"), refused::getMessage);
        assertTrue(refused.getCause() instanceof GeneralSecurityException);
    }

    @Test
    void theBytesOfTheKeyThatWereCountedAreWipedOut() {
        WatchedKey watched = new WatchedKey("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        DataKey.fresh("k", watched);
        assertArrayEquals(new byte[16], watched.given);
    }

    @Test
    void theSaltMakesTheKeyAndTheKeyShowsInNoText() {
        DataKey one = DataKey.fresh("k", KEY);
        DataKey two = DataKey.fresh("k", KEY);
        assertNotEquals(one.salt(), two.salt());
        assertNotEquals(one.aes(), two.aes());
        assertEquals(one, DataKey.derive("k", KEY, one.salt()));
        assertEquals("DataKey[hidden]", one.toString());
        assertEquals(32, one.aes().getEncoded().length);
    }

    /** Deriving is slow, and a vault slower still. */
    @Test
    void aKeyIsAskedForOnceAndDerivedOnceForEachSalt() throws GeneralSecurityException {
        WatchedKey watched = new WatchedKey(new byte[32]);
        List<String> asked = new ArrayList<>();
        RecordOpener opener = new RecordOpener(
                new EncryptionKeys() {
                    @Override
                    public String currentIdentifier() {
                        return IDENTIFIER;
                    }

                    @Override
                    public Optional<SecretKey> key(String identifier) {
                        asked.add(identifier);
                        return Optional.of(watched);
                    }
                },
                "client");
        RecordSealer one = sealer();
        opener.open(seal(one, 1, 1, "first"));
        int usesOfOne = watched.uses;
        assertEquals(Fault.NONE, opener.open(seal(one, 2, 1, "second")).fault());
        assertEquals(usesOfOne, watched.uses);
        RecordSealer two = sealer();
        assertEquals(Fault.NONE, opener.open(seal(two, 3, 1, "third")).fault());
        assertEquals(2 * usesOfOne, watched.uses);
        assertEquals(List.of(IDENTIFIER), asked);
        // A store that was opened often has many salts; the 64 that were used last are known.
        List<StoredRecord> others = LongStream.range(0, 63)
                .mapToObj(key -> seal(newSealer(), key, 1, "other"))
                .toList();
        others.forEach(opener::open);
        assertEquals(65 * usesOfOne, watched.uses);
        opener.open(seal(two, 4, 1, "is known still"));
        assertEquals(65 * usesOfOne, watched.uses);
        assertEquals(
                Fault.NONE, opener.open(seal(one, 5, 1, "is derived again")).fault());
        assertEquals(66 * usesOfOne, watched.uses);
    }

    private static RecordSealer newSealer() {
        try {
            return sealer();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
