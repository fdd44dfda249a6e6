package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Any bytes into the decoder, at both ends and in all versions. It refuses with a {@link PeerViolation} or lets through; it
 * does the same wherever the bytes are split; what it holds in memory is what has arrived; and what it lets through can be
 * encoded and is the same then. The first byte of an input says which decoder, the second one where to split.
 */
final class DecoderTarget implements FuzzTarget {

    private static final Set<ReasonCode> CODES = EnumSet.of(
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);

    private static final Pattern CLAUSE = Pattern.compile(" \\[(MQTT-|section )[0-9.-]+]$");

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        DecoderOptions options = DecoderChoice.of(in.next());
        int split = in.next();
        byte[] stream = in.rest();
        Decoded whole = Decoded.of(options, stream);
        checkRefusal(whole);
        checkLimit(options, stream, whole);
        whole.expectSame(Decoded.of(options, oneByOne(stream)), "byte by byte");
        checkSplits(options, stream, split, whole);
        checkMemory(options, stream, split);
        checkRoundTrip(options, whole);
    }

    private static void checkRefusal(Decoded whole) {
        PeerViolation violation = whole.violation();
        if (violation != null) {
            Rule.check(CODES.contains(violation.reasonCode()), "A decoder refuses with " + violation.reasonCode());
            Rule.check(CLAUSE.matcher(violation.description()).find(), "No clause: " + violation.description());
        }
    }

    /** A packet that is too large is refused by its fixed header; here the first one. */
    private static void checkLimit(DecoderOptions options, byte[] stream, Decoded whole) {
        int length = 0;
        for (int i = 1; i <= 4 && i < stream.length; i++) {
            length |= (stream[i] & 0x7F) << (7 * (i - 1));
            if (stream[i] >= 0) {
                boolean tooLarge = length > options.maximumPacketSizeBytes() - 1 - i;
                Rule.check(!tooLarge || whole.violation() != null, "A packet is larger than allowed");
                return;
            }
        }
    }

    private static byte[][] oneByOne(byte[] stream) {
        byte[][] portions = new byte[stream.length][];
        for (int i = 0; i < stream.length; i++) {
            portions[i] = new byte[] {stream[i]};
        }
        return portions;
    }

    /** In two where the input says, and once more nearer to the end. */
    private static void checkSplits(DecoderOptions options, byte[] stream, int split, Decoded whole) {
        if (stream.length > 1) {
            int first = 1 + split % (stream.length - 1);
            int second = first + (stream.length - first) / 2;
            Decoded parts = Decoded.of(
                    options,
                    Arrays.copyOf(stream, first),
                    Arrays.copyOfRange(stream, first, second),
                    Arrays.copyOfRange(stream, second, stream.length));
            whole.expectSame(parts, "split at " + first + " and " + second);
        }
    }

    /** A peer that says how long a packet will be costs no more than what it has sent. */
    private static void checkMemory(DecoderOptions options, byte[] stream, int split) {
        if (!isModest(options, stream, split)) {
            // Once more, since what happens for the first time loads classes.
            boolean secondTime = isModest(options, stream, split);
            Rule.check(secondTime, stream.length + " bytes cost more memory than they may");
        }
    }

    private static boolean isModest(DecoderOptions options, byte[] stream, int split) {
        PacketDecoder decoder = new PacketDecoder(options);
        int first = Math.min(split, stream.length);
        Allocation allocation = new Allocation();
        try {
            decoder.decode(ByteBuffer.wrap(stream, 0, first), packet -> {});
            decoder.decode(ByteBuffer.wrap(stream, first, stream.length - first), packet -> {});
        } catch (PeerViolation refused) {
            Rule.check(refused.getStackTrace().length == 0, "A violation fills in its stack");
        }
        return allocation.isAtMost(32 << 10, 128, stream.length);
    }

    private static void checkRoundTrip(DecoderOptions options, Decoded whole) {
        ProtocolVersion version = whole.version();
        if (version == null || whole.packets().isEmpty()) {
            return;
        }
        PacketEncoder encoder = new PacketEncoder(version);
        WireBuffer out = new WireBuffer();
        for (ControlPacket packet : whole.packets()) {
            int before = out.size();
            encoder.encode(packet, out);
            int size = out.size() - before;
            Rule.equal(encoder.sizeBytes(packet), size, "The size of " + packet);
            // With an alias it may have come without its topic.
            boolean aliased = packet instanceof Publish publish && publish.topicAlias() != 0;
            Rule.check(
                    aliased || size <= options.maximumPacketSizeBytes(), "A packet is larger than allowed: " + packet);
        }
        byte[] encoded = bytes(out);
        Decoded again = Decoded.of(options.withMaximumPacketSizeBytes(1 << 20), encoded);
        Rule.equal("", again.refusal(), "What was let through, encoded and decoded");
        Rule.equal(whole.packets(), again.packets(), "What was let through, encoded and decoded");
    }

    static byte[] bytes(WireBuffer out) {
        byte[] bytes = new byte[out.size()];
        out.asByteBuffer().get(bytes);
        return bytes;
    }
}
