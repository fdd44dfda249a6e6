package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Packets with any values through the encoder. It refuses with an {@link IllegalArgumentException} and leaves nothing
 * behind; or it writes as many bytes as it says, and the decoder at the other end reads the same packet, as far as the
 * version has fields for it.
 */
final class EncoderTarget implements FuzzTarget {

    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.values());

    /** The encoder does not know which end it is at; those who make packets do. */
    private static final Pattern ONLY_FROM_THE_OTHER_END =
            Pattern.compile("a (server|client) (sent|does not send)|is not one that a (server|client) may send");

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        ProtocolVersion version = in.oneOf(VERSIONS);
        boolean client = in.chance(2);
        ControlPacket packet;
        try {
            packet = client ? new ClientPackets(in, version).next() : new ServerPackets(in, version).next();
        } catch (IllegalArgumentException refused) {
            return; // There is no such packet.
        }
        byte[] encoded = encode(version, packet);
        if (encoded.length > 0) {
            DecoderOptions options = client
                    ? packet instanceof Connect
                            ? DecoderOptions.server()
                            : DecoderOptions.server().withVersion(version)
                    : DecoderOptions.client(version);
            checkDecoded(options.withTopicAliasMaximum(65_535), version, packet, encoded);
        }
    }

    /** The bytes of the packet; none if the encoder refuses it. */
    private static byte[] encode(ProtocolVersion version, ControlPacket packet) {
        PacketEncoder encoder = new PacketEncoder(version);
        WireBuffer out = new WireBuffer();
        try {
            encoder.encode(packet, out);
        } catch (IllegalArgumentException refused) {
            Rule.equal(0, out.size(), "What a refused packet leaves behind: " + packet);
            return new byte[0];
        }
        Rule.equal(encoder.sizeBytes(packet), out.size(), "The size of " + packet);
        return DecoderTarget.bytes(out);
    }

    private static void checkDecoded(
            DecoderOptions options, ProtocolVersion version, ControlPacket packet, byte[] encoded) {
        Decoded decoded = Decoded.of(options, encoded);
        if (ONLY_FROM_THE_OTHER_END.matcher(decoded.refusal()).find()) {
            return;
        }
        Rule.equal("", decoded.refusal(), "What the encoder wrote for " + packet);
        Rule.equal(1, decoded.packets().size(), "Packets in what the encoder wrote for " + packet);
        ControlPacket read = decoded.packets().get(0);
        if (version == ProtocolVersion.MQTT_5) {
            Rule.equal(packet, read, "What the encoder wrote");
        }
        Rule.check(Arrays.equals(encoded, encode(version, read)), "Not the same bytes again for " + packet);
    }
}
