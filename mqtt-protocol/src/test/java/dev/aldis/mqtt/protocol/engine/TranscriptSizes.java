package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;

/** Sizes of short packets of MQTT 5.0 without properties; the codec's own are tested with the codec. */
final class TranscriptSizes {

    private static final int HEADER = 2;
    private static final int IDENTIFIER = 2;
    private static final int NO_PROPERTIES = 1;

    private TranscriptSizes() {}

    static int sizeBytes(ControlPacket packet) {
        if (packet instanceof Publish publish) {
            return HEADER
                    + 2
                    + publish.message().topic().sizeBytes()
                    + (publish.packetIdentifier() == 0 ? 0 : IDENTIFIER)
                    + NO_PROPERTIES
                    + publish.message().payload().sizeBytes();
        }
        int size = HEADER + IDENTIFIER + NO_PROPERTIES;
        if (packet instanceof Subscribe subscribe) {
            return size
                    + subscribe.subscriptions().stream()
                            .mapToInt(one -> 2 + one.topicFilter().text().length() + 1)
                            .sum();
        }
        if (packet instanceof Unsubscribe unsubscribe) {
            return size
                    + unsubscribe.topicFilters().stream()
                            .mapToInt(filter -> 2 + filter.text().length())
                            .sum();
        }
        if (packet instanceof PubAck ack) {
            return size + 1 + reasonSizeBytes(ack.diagnostics());
        }
        if (packet instanceof PubRec ack) {
            return size + 1 + reasonSizeBytes(ack.diagnostics());
        }
        if (packet instanceof Auth auth) {
            Payload data = auth.authentication().data();
            return HEADER
                    + 1
                    + NO_PROPERTIES
                    + 3
                    + auth.authentication().method().length()
                    + (data == null ? 0 : 3 + data.sizeBytes());
        }
        throw new AssertionError("The engine asked for the size of " + packet);
    }

    private static int reasonSizeBytes(Diagnostics diagnostics) {
        return diagnostics.reasonString().map(text -> 3 + text.length()).orElse(0);
    }
}
