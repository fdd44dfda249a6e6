package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes between client and server, written and read by the real codec. They arrive in order and in portions of any size;
 * an end can come at any byte.
 */
final class SimulatedLink {

    /** How many bytes arrive at once. */
    @FunctionalInterface
    interface Portion {
        /** What arrives of this many, of which the first packet still has so many. */
        int bytes(int available, int firstPacket);
    }

    /** One direction. */
    static final class Way {
        private final PacketEncoder encoder;
        private final DecoderOptions options;
        private final WireBuffer buffer = new WireBuffer(256);
        private byte[] bytes = new byte[1 << 10];
        private int written;
        private int[] ends = new int[16];
        private int firstEnd;
        private int endCount;
        private int read;
        private PacketDecoder decoder;

        private Way(ProtocolVersion version, DecoderOptions options) {
            this.encoder = new PacketEncoder(version);
            this.options = options;
            this.decoder = new PacketDecoder(options);
        }

        void write(ControlPacket packet) {
            encoder.encode(packet, buffer);
            flush();
        }

        void writePublish(OutboundMessage message, boolean duplicate) {
            encoder.encodePublish(message.message(), message.packetIdentifier(), duplicate, 0, buffer);
            flush();
        }

        private void flush() {
            write(buffer.asByteBuffer());
            buffer.clear();
        }

        /** Writes a packet, or what is none. */
        void write(ByteBuffer packet) {
            int size = packet.remaining();
            if (size > bytes.length - written) {
                bytes = Arrays.copyOf(bytes, 2 * (written + size));
            }
            packet.get(bytes, written, size);
            written += size;
            if (endCount == ends.length) {
                ends = Arrays.copyOf(ends, 2 * endCount);
            }
            ends[endCount++] = written;
        }

        boolean isEmpty() {
            return read == written;
        }

        /** How many packets have not arrived whole. */
        int packets() {
            return endCount - firstEnd;
        }

        int available() {
            return written - read;
        }

        private int firstPacket() {
            return ends[firstEnd] - read;
        }

        void arrive(Portion portion, PacketSink sink) throws PeerViolation {
            arrive(portion.bytes(available(), firstPacket()), sink);
        }

        private void arrive(int size, PacketSink sink) throws PeerViolation {
            ByteBuffer arriving = ByteBuffer.wrap(bytes, read, size);
            read += size;
            while (firstEnd < endCount && ends[firstEnd] <= read) {
                firstEnd++;
            }
            if (isEmpty()) {
                forget();
            }
            decoder.decode(arriving, sink);
        }

        /** Drops what has not arrived, as far as no packet has begun to. False if there is nothing to drop. */
        boolean dropUnbegun() {
            int begun = firstEnd < endCount && (firstEnd == 0 ? read > 0 : read > ends[firstEnd - 1]) ? 1 : 0;
            if (begun == 1 || isEmpty()) {
                return false;
            }
            forget();
            return true;
        }

        private void forget() {
            written = 0;
            read = 0;
            firstEnd = 0;
            endCount = 0;
        }

        private void begin() {
            forget();
            decoder = new PacketDecoder(options);
        }
    }

    final Way toServer;
    final Way toClient;

    SimulatedLink(ProtocolVersion version) {
        toServer = new Way(version, DecoderOptions.server());
        toClient = new Way(version, DecoderOptions.client(version).withMaximumPacketSizeBytes(1 << 20));
    }

    /** A new Network Connection: nothing is under way. */
    void begin() {
        toServer.begin();
        toClient.begin();
    }
}
