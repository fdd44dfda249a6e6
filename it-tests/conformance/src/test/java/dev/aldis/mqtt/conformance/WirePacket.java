package dev.aldis.mqtt.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One packet as it was on the wire, read field by field without the library's decoder. */
final class WirePacket {

    private static final Set<Integer> ONE_BYTE = Set.of(0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A);
    private static final Set<Integer> TWO_BYTES = Set.of(0x13, 0x21, 0x22, 0x23);
    private static final Set<Integer> FOUR_BYTES = Set.of(0x02, 0x11, 0x18, 0x27);
    private static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    private static final int USER_PROPERTY = 0x26;

    private final int first;
    private final ByteBuffer body;

    private WirePacket(int first, ByteBuffer body) {
        this.first = first;
        this.body = body;
    }

    /** The packets that these bytes are, from this one on. */
    static List<WirePacket> from(byte[] bytes, int start) {
        List<WirePacket> packets = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, start, bytes.length - start);
        while (buffer.hasRemaining()) {
            int first = buffer.get() & 0xFF;
            int length = variableByteInteger(buffer);
            packets.add(new WirePacket(first, buffer.slice(buffer.position(), length)));
            buffer.position(buffer.position() + length);
        }
        return packets;
    }

    private static int variableByteInteger(ByteBuffer buffer) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = buffer.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Packet type and flags. */
    int first() {
        return first;
    }

    int oneByte() {
        return body.get() & 0xFF;
    }

    int twoBytes() {
        return body.getShort() & 0xFFFF;
    }

    byte[] binary() {
        byte[] bytes = new byte[twoBytes()];
        body.get(bytes);
        return bytes;
    }

    String text() {
        return new String(binary(), StandardCharsets.UTF_8);
    }

    boolean hasMore() {
        return body.hasRemaining();
    }

    /** The Properties of MQTT 5.0: for each identifier its values as they are on the wire. */
    Map<Integer, List<byte[]>> properties() {
        int end = variableByteInteger(body);
        end += body.position();
        Map<Integer, List<byte[]>> properties = new TreeMap<>();
        while (body.position() < end) {
            int identifier = variableByteInteger(body);
            int start = body.position();
            skipValue(identifier);
            byte[] value =
                    Arrays.copyOfRange(body.array(), body.arrayOffset() + start, body.arrayOffset() + body.position());
            properties.computeIfAbsent(identifier, any -> new ArrayList<>()).add(value);
        }
        return properties;
    }

    private void skipValue(int identifier) {
        if (ONE_BYTE.contains(identifier)) {
            oneByte();
        } else if (TWO_BYTES.contains(identifier)) {
            twoBytes();
        } else if (FOUR_BYTES.contains(identifier)) {
            body.getInt();
        } else if (identifier == SUBSCRIPTION_IDENTIFIER) {
            variableByteInteger(body);
        } else if (identifier == USER_PROPERTY) {
            binary();
            binary();
        } else {
            binary();
        }
    }
}
