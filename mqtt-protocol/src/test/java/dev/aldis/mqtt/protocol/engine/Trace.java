package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Publish;

/** Prints what happens in a simulated world when one seed is replayed. */
final class Trace {

    private static final boolean ON = System.getProperty("aldis.seed") != null;

    private Trace() {}

    static void line(Object what) {
        if (ON) {
            System.out.println(what);
        }
    }

    static void line(String direction, ControlPacket packet) {
        if (ON) {
            System.out.println(direction + " " + text(packet));
        }
    }

    static void line(String direction, OutboundMessage message, boolean duplicate) {
        if (ON) {
            System.out.println(direction + " PUBLISH"
                    + TranscriptPackets.text(message.message(), message.packetIdentifier(), duplicate));
        }
    }

    private static String text(ControlPacket packet) {
        return packet instanceof Publish publish
                ? "PUBLISH" + TranscriptPackets.text(publish.message(), publish.packetIdentifier(), publish.duplicate())
                : packet.toString();
    }
}
