package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes into our decoder and Netty's. Where both let a packet through, it is the same one: its parts are compared, and
 * what Netty writes for it is read by ours as what ours had read. Where only one of them lets it through, the reason is in
 * {@link KnownDifferences}. The first two bytes of an input are those of {@link DecoderTarget}.
 */
final class NettyTarget implements FuzzTarget {

    /** Netty has no small limits and no roles. */
    private static final int CHOICES = 0x4F;

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        DecoderOptions options = DecoderChoice.of(in.next() & CHOICES);
        in.next();
        byte[] stream = in.rest();
        Decoded ours = Decoded.of(options, stream);
        try (NettyDecoded theirs = new NettyDecoded(options.version(), stream)) {
            compare(options, ours, theirs);
        }
    }

    private static void compare(DecoderOptions options, Decoded ours, NettyDecoded theirs) {
        int here = ours.packets().size();
        int there = theirs.messages().size();
        int both = Math.min(here, there);
        for (int i = 0; i < both; i++) {
            comparePacket(ours.packets().get(i), theirs.messages().get(i));
        }
        ProtocolVersion version = ours.version();
        if (both > 0 && version != null) {
            compareEncoded(options, ours.packets().subList(0, both), theirs, version);
        }
        if (here < there) {
            PeerViolation violation = ours.violation();
            Rule.check(violation != null, "Netty reads a packet that ours has not seen the end of");
            Rule.check(
                    KnownDifferences.isOnlyRefusedByUs(violation),
                    "Netty lets through what ours refuses: " + violation.description());
        } else if (here > there) {
            Throwable failure = theirs.failure();
            ControlPacket packet = ours.packets().get(there);
            Rule.check(failure != null, "Netty has not seen the end of " + packet);
            Rule.check(
                    KnownDifferences.isOnlyRefusedByNetty(failure, packet, version),
                    "Netty refuses what ours lets through: " + failure + ", " + packet);
        }
    }

    private static void comparePacket(ControlPacket ours, MqttMessage theirs) {
        Rule.equal(ours.type().name(), theirs.fixedHeader().messageType().name(), "The type of " + ours);
        if (ours instanceof Publish publish && theirs instanceof MqttPublishMessage other) {
            Message message = publish.message();
            Rule.equal(message.qos().level(), other.fixedHeader().qosLevel().value(), "QoS");
            Rule.equal(message.retain(), other.fixedHeader().isRetain(), "RETAIN");
            Rule.equal(publish.duplicate(), other.fixedHeader().isDup(), "DUP");
            if (message.qos() != QoS.AT_MOST_ONCE) {
                Rule.equal(publish.packetIdentifier(), other.variableHeader().packetId(), "Packet Identifier");
            }
            String topic = other.variableHeader().topicName();
            if (!topic.isEmpty()) {
                Rule.equal(message.topic().text(), topic, "Topic Name");
            }
            Rule.check(
                    Arrays.equals(message.payload().toByteArray(), ByteBufUtil.getBytes(other.payload())),
                    "Not the same payload: " + publish);
        }
    }

    private static void compareEncoded(
            DecoderOptions options, List<ControlPacket> packets, NettyDecoded theirs, ProtocolVersion version) {
        int same = 0;
        while (same < packets.size() && !KnownDifferences.isWrittenOtherwiseByNetty(packets.get(same), version)) {
            same++;
        }
        if (same > 0) {
            Decoded again = Decoded.of(options, theirs.encoded(same, version));
            for (int i = 0; i < Math.min(same, again.packets().size()); i++) {
                Rule.equal(packets.get(i), again.packets().get(i), "What Netty wrote");
            }
            Rule.equal("", again.refusal(), "What Netty wrote for " + packets.subList(0, same));
            Rule.equal(same, again.packets().size(), "Packets that Netty wrote");
        }
    }
}
