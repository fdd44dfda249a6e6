package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted record as the store below sees it:
 *
 * <pre>
 * mark u8 · length u8 and UTF-8 of the key's identifier · salt 16 bytes · key check u32 · counter u64 · checksum u32
 * ciphertext, as long as the record · tag 16 bytes
 * </pre>
 *
 * <p>The checksum (CRC32C of what stands before it) tells a damaged head, which is no reason to doubt the key, from a wrong
 * key, which is no reason to call a record damaged. It protects from accidents alone; the tag protects from intent.
 */
record EncryptedRecord(String keyIdentifier, Payload salt, int keyCheck, long counter, int headBytes) {

    /** The first byte of an encrypted record in format 1; no record of the protocol begins with it. */
    static final byte MARK = (byte) 0xE1;

    static final int SALT_BYTES = 16;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;
    static final int LONGEST_IDENTIFIER_BYTES = 255;

    private static final int AFTER_IDENTIFIER_BYTES = SALT_BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** How long the head of a record is. */
    static int headBytes(int identifierBytes) {
        return 2 + identifierBytes + AFTER_IDENTIFIER_BYTES;
    }

    static boolean hasMark(Payload content) {
        return content.sizeBytes() > 0 && content.asByteBuffer().get() == MARK;
    }

    /** Writes a head into an array, from an offset on. */
    static void writeHead(byte[] target, int offset, byte[] identifier, DataKey key, long counter) {
        ByteBuffer head = ByteBuffer.wrap(target).position(offset);
        head.put(MARK).put((byte) identifier.length).put(identifier);
        head.put(key.salt().asByteBuffer()).putInt(key.check()).putLong(counter);
        head.putInt(checksum(target, offset, head.position() - offset));
    }

    /** Reads the head of a record that has the mark; null if it is damaged. */
    static @Nullable EncryptedRecord read(byte[] content) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        if (content.length < 2) {
            return null;
        }
        int identifierBytes = content[1] & 0xFF;
        int headBytes = headBytes(identifierBytes);
        int checksumOffset = headBytes - Integer.BYTES;
        if (content.length < headBytes + TAG_BYTES
                || buffer.getInt(checksumOffset) != checksum(content, 0, checksumOffset)) {
            return null;
        }
        String identifier = new String(content, 2, identifierBytes, StandardCharsets.UTF_8);
        buffer.position(2 + identifierBytes);
        Payload salt = Payload.copyOf(buffer.slice(buffer.position(), SALT_BYTES));
        buffer.position(buffer.position() + SALT_BYTES);
        return new EncryptedRecord(identifier, salt, buffer.getInt(), buffer.getLong(), headBytes);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
