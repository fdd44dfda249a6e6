package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is encoded is decoded again, for all packets, versions and senders. The seed changes with every run and stands in
 * the message of a failure; {@code -Dcodec.seed=N} repeats it.
 */
@Timeout(120)
class RoundTripTest {

    private static final long SEED = Long.getLong("codec.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("codec.rounds", 40);
    private static final int PACKETS_A_ROUND = 100;

    @ParameterizedTest
    @EnumSource
    void aStreamOfPacketsComesOutAsItWentIn(ProtocolVersion version) throws PeerViolation {
        for (int round = 0; round < ROUNDS; round++) {
            for (Role sender : Role.values()) {
                RandomValues values = new RandomValues(SEED + round);
                String context = version + " from " + sender + ", -Dcodec.seed=" + (SEED + round);
                List<ControlPacket> sent = packets(values, version, sender);
                List<ControlPacket> received = new ArrayList<>();
                feed(values, encode(version, sent, context), decoder(version, sender), received);
                assertEquals(sent, received, context);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void allTypesOfAVersionAreDrawn(ProtocolVersion version) {
        Set<PacketType> drawn = EnumSet.noneOf(PacketType.class);
        for (Role sender : Role.values()) {
            for (int round = 0; round < 10; round++) {
                packets(new RandomValues(SEED + round), version, sender).forEach(packet -> drawn.add(packet.type()));
            }
        }
        Set<PacketType> expected = EnumSet.allOf(PacketType.class);
        if (version != ProtocolVersion.MQTT_5) {
            expected.remove(PacketType.AUTH);
        }
        assertEquals(expected, drawn, () -> "-Dcodec.seed=" + SEED);
    }

    private static List<ControlPacket> packets(RandomValues values, ProtocolVersion version, Role sender) {
        RandomPackets packets = new RandomPackets(values, version, sender);
        List<ControlPacket> drawn = new ArrayList<>();
        if (sender == Role.CLIENT) {
            drawn.add(packets.connect());
        }
        for (int i = 0; i < PACKETS_A_ROUND; i++) {
            drawn.add(packets.next());
        }
        return drawn;
    }

    private static byte[] encode(ProtocolVersion version, List<ControlPacket> packets, String context) {
        PacketEncoder encoder = new PacketEncoder(version);
        WireBuffer out = new WireBuffer(1);
        for (ControlPacket packet : packets) {
            int before = out.size();
            encoder.encode(packet, out);
            assertEquals(encoder.sizeBytes(packet), out.size() - before, () -> "size of " + packet + ", " + context);
        }
        return Wire.written(out);
    }

    private static PacketDecoder decoder(ProtocolVersion version, Role sender) {
        DecoderOptions options = sender == Role.CLIENT ? DecoderOptions.server() : DecoderOptions.client(version);
        return new PacketDecoder(options.withTopicAliasMaximum(RandomPackets.TOPIC_ALIAS_MAXIMUM));
    }

    /** In portions of any size, out of buffers with and without an array. */
    private static void feed(RandomValues values, byte[] stream, PacketDecoder decoder, List<ControlPacket> received)
            throws PeerViolation {
        int position = 0;
        while (position < stream.length) {
            int length = Math.min(stream.length - position, 1 + values.below(values.chance(2) ? 10 : 3_000));
            byte[] portion = Arrays.copyOfRange(stream, position, position + length);
            ByteBuffer bytes = values.chance(2) ? ByteBuffer.wrap(portion) : Wire.direct(portion);
            decoder.decode(bytes, received::add);
            assertTrue(!bytes.hasRemaining());
            position += length;
        }
    }
}
