package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever arrives, the decoder answers with packets or with a violation, never with another exception. The seed changes
 * with every run and stands in the message of a failure; {@code -Dcodec.seed=N} repeats it.
 */
@Timeout(120)
class GarbageTest {

    private static final long SEED = Long.getLong("codec.seed", System.nanoTime());
    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.values());

    @Test
    void randomBytesAreRefused() {
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            RandomValues values = new RandomValues(SEED + i);
            byte[] garbage = values.bytes(60);
            refused += refuses(options(values), garbage, SEED + i) ? 1 : 0;
        }
        assertTrue(refused > 25_000, "refused " + refused + ", -Dcodec.seed=" + SEED);
    }

    @Test
    void damagedPacketsAreRefusedOrStillPackets() {
        List<Vector> vectors = Vector.all();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            RandomValues values = new RandomValues(SEED + i);
            Vector vector = values.oneOf(vectors);
            refused += refuses(vector.options(), damaged(values, vector.bytes()), SEED + i) ? 1 : 0;
        }
        assertNotEquals(0, refused);
        assertNotEquals(100_000, refused);
    }

    private static byte[] damaged(RandomValues values, byte[] bytes) {
        byte[] damaged = bytes;
        for (int times = 1 + values.below(3); times > 0; times--) {
            int at = values.below(damaged.length);
            switch (values.below(4)) {
                case 0 -> damaged[at] ^= (byte) (1 << values.below(8));
                case 1 -> damaged[at] = (byte) values.below(256);
                case 2 -> damaged = Wire.join(damaged, values.bytes(3));
                default ->
                    damaged = Wire.join(
                            Arrays.copyOf(damaged, at),
                            values.bytes(2),
                            Arrays.copyOfRange(damaged, at, damaged.length));
            }
        }
        return damaged;
    }

    private static DecoderOptions options(RandomValues values) {
        ProtocolVersion version = values.oneOf(VERSIONS);
        DecoderOptions options = values.chance(2)
                ? DecoderOptions.client(version)
                : values.chance(4)
                        ? DecoderOptions.server()
                        : DecoderOptions.server().withVersion(version);
        return options.withTopicAliasMaximum(values.below(3))
                .withMaximumPacketSizeBytes(values.chance(2) ? 40 : 1 << 20)
                .withRequestProblemInformation(values.chance(2));
    }

    private static boolean refuses(DecoderOptions options, byte[] bytes, long seed) {
        PacketDecoder decoder = new PacketDecoder(options);
        List<ControlPacket> packets = new ArrayList<>();
        boolean refused = false;
        try {
            decoder.decode(ByteBuffer.wrap(bytes), packets::add);
        } catch (PeerViolation violation) {
            refused = true;
        } catch (RuntimeException escaped) {
            fail("-Dcodec.seed=" + seed + ", bytes " + Wire.hex(bytes), escaped);
        }
        checkPackets(decoder, packets, options, seed);
        return refused;
    }

    /** A packet that was let through can be sent on, and is the same then. */
    private static void checkPackets(
            PacketDecoder decoder, List<ControlPacket> packets, DecoderOptions options, long seed) {
        ProtocolVersion version = decoder.version();
        if (version == null || packets.isEmpty()) {
            return;
        }
        WireBuffer out = new WireBuffer();
        PacketEncoder encoder = new PacketEncoder(version);
        packets.forEach(packet -> encoder.encode(packet, out));
        List<ControlPacket> again = new ArrayList<>();
        try {
            new PacketDecoder(options.withMaximumPacketSizeBytes(1 << 20)).decode(out.asByteBuffer(), again::add);
        } catch (PeerViolation violation) {
            fail("-Dcodec.seed=" + seed + ", packets " + packets, violation);
        }
        assertEquals(packets, again, () -> "-Dcodec.seed=" + seed);
    }
}
