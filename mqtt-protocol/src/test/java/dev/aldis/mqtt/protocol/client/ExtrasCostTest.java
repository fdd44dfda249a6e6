package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.client.Meters.Meter;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What counters and topic aliases cost for each message; {@code -Daldis.costMessages=20000000} measures for longer. */
@Timeout(300)
class ExtrasCostTest {

    private static final int MESSAGES = Integer.getInteger("aldis.costMessages", 20_000);
    private static final int ROUNDS = 5;
    private static final int TOPICS = 64;

    /** So much below any cost that somebody would notice that only a mistake, or a stopped machine, exceeds it. */
    private static final double NOTICED_NANOS = 5_000;

    private final Message[] messages = IntStream.range(0, TOPICS)
            .mapToObj(i -> Message.of(
                    TopicName.of(String.format(Locale.ROOT, "building/7/floor/3/room/%02d/sensor/temperature", i)),
                    QoS.AT_LEAST_ONCE,
                    Payload.copyOf(new byte[64])))
            .toArray(Message[]::new);

    private interface Work {
        /** What it has done, so that it has to be done. */
        long run() throws PeerViolation;
    }

    private static double nanosEach(Work work) throws PeerViolation {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = System.nanoTime();
            assertTrue(work.run() > 0);
            best = Math.min(best, (System.nanoTime() - before) / (double) MESSAGES);
        }
        return best;
    }

    @Test
    void countersCostAFewNanosecondsForEachMessage() throws PeerViolation {
        Meters meters = new Meters();
        // What is counted for a QoS 1 message: PUBLISH, PUBACK, completion, latency.
        double counted = nanosEach(() -> {
            for (int i = 0; i < MESSAGES; i++) {
                meters.add(Meter.SENT_PACKETS, 1);
                meters.add(Meter.SENT_MESSAGES, 1);
                meters.add(Meter.RECEIVED_PACKETS, 1);
                meters.add(Meter.COMPLETED, 1);
                meters.latency(100_000 + i % 1_000);
            }
            return meters.snapshot().publications().completed();
        });
        assertEquals((long) ROUNDS * MESSAGES, meters.snapshot().publications().completed());
        System.out.printf(Locale.ROOT, "counters: %.1f ns for each message of QoS 1%n", counted);
        assertTrue(counted < NOTICED_NANOS, () -> counted + " ns");
    }

    @Test
    void topicAliasesSaveBytesForLittleWork() throws PeerViolation {
        WireBuffer whole = new WireBuffer();
        WireBuffer aliased = new WireBuffer();
        long wholeBytes = encodeWhole(whole, TOPICS);
        OutboundAliases aliases = new OutboundAliases(TOPICS);
        // Each of them sets its alias.
        assertTrue(encodeAliased(aliases, aliased, TOPICS) > wholeBytes);
        long aliasedBytes = encodeAliased(aliases, aliased, TOPICS);
        double wholeNanos = nanosEach(() -> encodeWhole(whole, MESSAGES));
        double aliasedNanos = nanosEach(() -> encodeAliased(aliases, aliased, MESSAGES));
        double wholeRead = nanosEach(() -> decode(false));
        double aliasedRead = nanosEach(() -> decode(true));
        System.out.printf(
                Locale.ROOT,
                "topic aliases: %.0f instead of %.0f bytes; written in %.0f instead of %.0f ns, read in %.0f instead of"
                        + " %.0f ns%n",
                aliasedBytes / (double) TOPICS,
                wholeBytes / (double) TOPICS,
                aliasedNanos,
                wholeNanos,
                aliasedRead,
                wholeRead);
        assertTrue(aliasedBytes < 0.7 * wholeBytes, () -> aliasedBytes + " and " + wholeBytes + " bytes");
        assertTrue(aliasedNanos < NOTICED_NANOS && aliasedRead < NOTICED_NANOS, () -> aliasedNanos + " ns");
    }

    private long encodeWhole(WireBuffer out, int count) {
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            encoder.encodePublish(messages[i % TOPICS], 1 + i % 1_000, false, 0, out);
            if (i % TOPICS == TOPICS - 1) {
                bytes += out.size();
                out.clear();
            }
        }
        return bytes;
    }

    private long encodeAliased(OutboundAliases aliases, WireBuffer out, int count) {
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            Message message = messages[i % TOPICS];
            int known = aliases.find(message.topic());
            if (known == 0) {
                encoder.encodePublish(message, 1 + i % 1_000, false, aliases.assign(message.topic()), out);
            } else {
                encoder.encodePublishByAlias(message, 1 + i % 1_000, known, out);
            }
            if (i % TOPICS == TOPICS - 1) {
                bytes += out.size();
                out.clear();
            }
        }
        return bytes;
    }

    /** Reads each batch of packets again and again. */
    private long decode(boolean byAlias) throws PeerViolation {
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        WireBuffer first = new WireBuffer();
        WireBuffer later = new WireBuffer();
        for (int i = 0; i < TOPICS; i++) {
            encoder.encodePublish(messages[i], 1, false, byAlias ? i + 1 : 0, first);
            if (byAlias) {
                encoder.encodePublishByAlias(messages[i], 1, i + 1, later);
            } else {
                encoder.encodePublish(messages[i], 1, false, 0, later);
            }
        }
        PacketDecoder decoder =
                new PacketDecoder(DecoderOptions.client(ProtocolVersion.MQTT_5).withTopicAliasMaximum(TOPICS));
        long[] packets = new long[1];
        decoder.decode(first.asByteBuffer(), packet -> packets[0]++);
        for (int i = 0; i < MESSAGES; i += TOPICS) {
            decoder.decode(later.asByteBuffer(), packet -> packets[0]++);
        }
        return packets[0];
    }
}
