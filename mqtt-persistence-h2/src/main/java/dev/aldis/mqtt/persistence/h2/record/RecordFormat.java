package dev.aldis.mqtt.persistence.h2.record;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A record as it stands in the file: version (1 byte), kind (1 byte), checksum (4 bytes, CRC32C over the key, version, kind
 * and content), content. MVStore itself does not check the content of its pages, hence the checksum. Not safe for use by
 * several threads at once.
 */
public final class RecordFormat {

    /** The version of the format; a file that says more was written by a newer version of this library. */
    public static final int VERSION = 1;

    /** What stands in front of the content. */
    public static final int HEADER_BYTES = 6;

    private static final int CHECKSUM_OFFSET = 2;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer prefix = ByteBuffer.allocate(10);

    /** The bytes to store for a put. */
    public byte[] encode(ChangeBatch batch, int index) {
        int lengthBytes = batch.lengthBytes(index);
        byte[] bytes = new byte[HEADER_BYTES + lengthBytes];
        bytes[0] = VERSION;
        bytes[1] = (byte) batch.kind(index);
        System.arraycopy(batch.array(), batch.offset(index), bytes, HEADER_BYTES, lengthBytes);
        INT.set(bytes, CHECKSUM_OFFSET, checksum(batch.key(index), bytes));
        return bytes;
    }

    /** Whether bytes that were stored under a key are what was stored then. */
    public boolean isIntact(long key, byte[] bytes) {
        return bytes.length >= HEADER_BYTES
                && bytes[0] == VERSION
                && (int) INT.get(bytes, CHECKSUM_OFFSET) == checksum(key, bytes);
    }

    /** The record behind bytes that are intact. */
    public StoredRecord decode(long key, byte[] bytes) {
        int kind = bytes[1] & 0xFF;
        return new StoredRecord(
                key, kind, Payload.copyOf(ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)));
    }

    private int checksum(long key, byte[] bytes) {
        prefix.clear().putLong(key).put(bytes[0]).put(bytes[1]);
        crc.reset();
        crc.update(prefix.array());
        crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
