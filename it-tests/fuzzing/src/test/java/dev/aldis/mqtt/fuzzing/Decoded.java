package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder made of a stream.
 *
 * @param packets those that it let through
 * @param violation why it ended; null if it did not
 * @param version that it knows at the end
 */
record Decoded(
        List<ControlPacket> packets,
        @Nullable PeerViolation violation,
        @Nullable ProtocolVersion version) {

    static Decoded of(DecoderOptions options, byte[]... portions) {
        PacketDecoder decoder = new PacketDecoder(options);
        List<ControlPacket> packets = new ArrayList<>();
        PeerViolation violation = null;
        try {
            for (byte[] portion : portions) {
                ByteBuffer bytes = ByteBuffer.wrap(portion);
                decoder.decode(bytes, packets::add);
                Rule.check(!bytes.hasRemaining(), "The decoder left bytes");
            }
        } catch (PeerViolation refused) {
            violation = refused;
            expectDead(decoder, refused);
        }
        return new Decoded(List.copyOf(packets), violation, decoder.version());
    }

    private static void expectDead(PacketDecoder decoder, PeerViolation death) {
        try {
            decoder.decode(ByteBuffer.wrap(new byte[] {(byte) 0xD0, 0}), packet -> {
                throw new AssertionError("A decoder that refused goes on with " + packet);
            });
            throw new AssertionError("A decoder that refused goes on");
        } catch (PeerViolation again) {
            Rule.check(again == death, "A decoder that refused says something else the second time");
        }
    }

    /** What it was refused with, as text; empty if it was not. */
    String refusal() {
        return violation == null ? "" : violation.reasonCode() + " " + violation.description();
    }

    void expectSame(Decoded other, String how) {
        Rule.equal(packets, other.packets, how);
        Rule.equal(refusal(), other.refusal(), how);
    }
}
