package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Bytes for tests. */
final class Wire {

    private Wire() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static byte[] written(WireBuffer buffer) {
        byte[] bytes = new byte[buffer.size()];
        buffer.asByteBuffer().get(bytes);
        return bytes;
    }

    static byte[] encode(ProtocolVersion version, ControlPacket packet) {
        WireBuffer out = new WireBuffer();
        new PacketEncoder(version).encode(packet, out);
        return written(out);
    }

    static List<ControlPacket> decode(PacketDecoder decoder, byte[]... portions) throws PeerViolation {
        List<ControlPacket> packets = new ArrayList<>();
        for (byte[] portion : portions) {
            ByteBuffer bytes = ByteBuffer.wrap(portion);
            decoder.decode(bytes, packets::add);
            if (bytes.hasRemaining()) {
                throw new IllegalStateException("The decoder left " + bytes.remaining() + " bytes");
            }
        }
        return packets;
    }

    static List<ControlPacket> decode(DecoderOptions options, String hex) throws PeerViolation {
        return decode(new PacketDecoder(options), bytes(hex));
    }

    /** Each byte by itself. */
    static byte[][] oneByOne(byte[] bytes) {
        byte[][] portions = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            portions[i] = new byte[] {bytes[i]};
        }
        return portions;
    }

    /** The same bytes in a buffer without an accessible array, in the middle of another one. */
    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length + 7)
                .position(3)
                .put(bytes)
                .flip()
                .position(3);
    }
}
