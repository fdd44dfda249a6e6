package dev.aldis.mqtt.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages of 64 bytes to one subscriber, as fast as it takes them, with no more than a window of them unacknowledged. */
final class Flood {

    private static final int PAYLOAD_SIZE_BYTES = 64;

    private byte[] packet = new byte[0];
    private int identifierAt;
    private int qos;
    private int window;
    private int inFlight;
    private int lastIdentifier;
    private boolean running;

    void start(int newQos, int newWindow) {
        byte[] topic = ("flood/" + newQos + "/" + newWindow).getBytes(StandardCharsets.UTF_8);
        int identifierLength = newQos == 0 ? 0 : 2;
        int remaining = 2 + topic.length + identifierLength + 1 + PAYLOAD_SIZE_BYTES;
        ByteBuffer encoded = ByteBuffer.allocate(2 + remaining);
        encoded.put((byte) (0x30 | newQos << 1)).put((byte) remaining);
        encoded.putShort((short) topic.length).put(topic);
        packet = encoded.array();
        identifierAt = encoded.position();
        qos = newQos;
        window = newWindow;
        running = true;
    }

    void stop() {
        running = false;
    }

    void completed() {
        inFlight--;
    }

    boolean wantsToSend() {
        return running && (qos == 0 || inFlight < window);
    }

    /** Adds as many messages as the window and half of the buffer allow; the other half is left for answers. */
    void fill(ByteBuffer out) {
        while (wantsToSend() && out.position() + packet.length <= out.capacity() / 2) {
            if (qos > 0) {
                lastIdentifier = lastIdentifier == 0xFFFF ? 1 : lastIdentifier + 1;
                packet[identifierAt] = (byte) (lastIdentifier >> 8);
                packet[identifierAt + 1] = (byte) lastIdentifier;
                inFlight++;
            }
            out.put(packet);
        }
    }
}
