package dev.aldis.mqtt.persistence.h2;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Bytes with their length before them. A length that a damaged page makes up is refused before it is allocated. */
final class RecordType extends BasicDataType<byte[]> {

    static final RecordType INSTANCE = new RecordType();

    private static final int ARRAY_HEADER_BYTES = 24;

    private RecordType() {}

    @Override
    public int getMemory(byte[] bytes) {
        return ARRAY_HEADER_BYTES + bytes.length;
    }

    @Override
    public void write(WriteBuffer buffer, byte[] bytes) {
        buffer.putVarInt(bytes.length);
        buffer.put(bytes);
    }

    @Override
    public byte[] read(ByteBuffer buffer) {
        int length = DataUtils.readVarInt(buffer);
        if (length < 0 || length > buffer.remaining()) {
            throw DataUtils.newMVStoreException(
                    DataUtils.ERROR_FILE_CORRUPT,
                    "Record of {0} bytes in a page that has {1} left",
                    length,
                    buffer.remaining());
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** Reads the records of a page, which are the last that is in it: what is left over, a damaged count has left out. */
    @Override
    public void read(ByteBuffer buffer, Object storage, int length) {
        byte[][] records = cast(storage);
        for (int i = 0; i < length; i++) {
            records[i] = read(buffer);
        }
        if (buffer.hasRemaining()) {
            throw DataUtils.newMVStoreException(
                    DataUtils.ERROR_FILE_CORRUPT, "{0} bytes behind the last record of a page", buffer.remaining());
        }
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
