package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes the fields of one record into a batch, big-endian, without a buffer in between. */
final class RecordWriter {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] target = new byte[0];
    private int position;
    private int end;

    /** Begins a record of exactly this length. */
    void begin(ChangeBatch batch, long key, RecordKind kind, int lengthBytes) {
        position = batch.allocate(key, kind.number(), lengthBytes);
        target = batch.array();
        end = position + lengthBytes;
    }

    void writeByte(int value) {
        target[position++] = (byte) value;
    }

    void writeShort(int value) {
        SHORT.set(target, position, (short) value);
        position += Short.BYTES;
    }

    void writeInt(int value) {
        INT.set(target, position, value);
        position += Integer.BYTES;
    }

    void writeLong(long value) {
        LONG.set(target, position, value);
        position += Long.BYTES;
    }

    /** A topic with its length in front. */
    void writeTopic(TopicName topic) {
        writeShort(topic.sizeBytes());
        topic.copyTo(target, position);
        position += topic.sizeBytes();
    }

    /** Bytes with their length in front. */
    void writeBytes(byte[] bytes) {
        writeShort(bytes.length);
        System.arraycopy(bytes, 0, target, position, bytes.length);
        position += bytes.length;
    }

    /** Bytes with a length of four bytes in front. */
    void writePayload(Payload payload) {
        writeInt(payload.sizeBytes());
        payload.copyTo(target, position);
        position += payload.sizeBytes();
    }

    /** Checks that the record has the length that was announced. */
    void finish() {
        if (position != end) {
            throw new IllegalStateException(
                    "A record was announced with another length: " + (end - position) + " bytes are left");
        }
    }
}
