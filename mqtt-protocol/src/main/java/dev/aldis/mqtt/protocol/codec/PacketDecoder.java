package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PingResp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into packets and reads them, as strictly as the standard says. Packets that lie whole
 * in the bytes that arrive are read where they lie; of others only what has really arrived is kept, up to the Maximum
 * Packet Size. Topic Aliases are resolved here. For one thread.
 *
 * <p>Whatever a peer sends, the only exception is a {@link PeerViolation}. After one the decoder is dead: it repeats it.
 */
public final class PacketDecoder {

    /** What is kept for the next packet that comes in pieces. */
    private static final int RETAINED_BYTES = 64 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final DecoderOptions options;
    private final Role sender;
    private final WireReader reader = new WireReader();
    private final PropertyReader propertyReader;
    private final TopicAliases aliases;
    private @Nullable ProtocolVersion version;
    private @Nullable PeerViolation death;

    private int headerBytes;
    private boolean headerComplete;
    private boolean shortestLength;
    private int firstByte;
    private PacketType type = PacketType.CONNECT;
    private int remainingLength;

    private ByteBuffer pieces = NOTHING;

    /**
     * A decoder for one connection.
     *
     * @param options what it has to know of the connection
     */
    public PacketDecoder(DecoderOptions options) {
        this.options = options;
        this.sender = options.role().peer();
        this.version = options.version();
        this.propertyReader = new PropertyReader(options.role() == Role.SERVER || options.requestProblemInformation());
        this.aliases = new TopicAliases(options.topicAliasMaximum());
    }

    /** The version of the connection; null for a server until CONNECT has come. */
    public @Nullable ProtocolVersion version() {
        return version;
    }

    /**
     * Reads what has arrived.
     *
     * @param bytes any portion of the stream, all of which is taken
     * @param sink takes every packet that is complete; must not call this decoder
     * @throws PeerViolation if the bytes are no packet that is allowed here, or the sink does not allow it
     */
    public void decode(ByteBuffer bytes, PacketSink sink) throws PeerViolation {
        if (death != null) {
            throw death;
        }
        try {
            while (bytes.hasRemaining()) {
                if (headerComplete || readHeader(bytes)) {
                    readBody(bytes, sink);
                }
            }
        } catch (PeerViolation violation) {
            death = violation;
            pieces = NOTHING;
            throw violation;
        }
    }

    /**
     * Whether a packet has arrived in part, so that an end of the stream would be no orderly one.
     *
     * @return true from the first byte of a packet to the one before its last
     */
    public boolean isInsidePacket() {
        return headerBytes > 0;
    }

    /** How much memory is held for a packet of which a part has arrived. */
    int keptBytes() {
        return pieces.capacity();
    }

    /** Reads of the fixed header what is there; true when it is complete. */
    private boolean readHeader(ByteBuffer bytes) throws PeerViolation {
        if (headerBytes == 0) {
            firstByte = bytes.get() & 0xFF;
            type = FirstByte.check(firstByte, version, sender);
            headerBytes = 1;
            remainingLength = 0;
        }
        while (bytes.hasRemaining()) {
            int next = bytes.get() & 0xFF;
            remainingLength |= (next & 0x7F) << (7 * (headerBytes - 1));
            headerBytes++;
            if (next < 0x80) {
                shortestLength = next != 0 || headerBytes == 2;
                checkLength();
                headerComplete = true;
                return true;
            }
            if (headerBytes == 5) {
                throw violation(ReasonCode.MALFORMED_PACKET, "Remaining Length goes on after its fourth byte", "1.5.5");
            }
        }
        return false;
    }

    private void checkLength() throws PeerViolation {
        if (!shortestLength && version == ProtocolVersion.MQTT_5) {
            throw longLength();
        }
        if (remainingLength > options.maximumPacketSizeBytes() - headerBytes) {
            throw new PeerViolation(
                    ReasonCode.PACKET_TOO_LARGE,
                    type + ": it has " + ((long) remainingLength + headerBytes) + " bytes; at most "
                            + options.maximumPacketSizeBytes() + " are accepted [MQTT-3.1.2-24]");
        }
    }

    private PeerViolation longLength() {
        return new PeerViolation(
                ReasonCode.MALFORMED_PACKET,
                type + ": Remaining Length " + remainingLength + " is not in its shortest form [MQTT-1.5.5-1]");
    }

    private PeerViolation violation(ReasonCode code, String problem, String section) {
        return new PeerViolation(code, type + ": " + problem + " [section " + section + "]");
    }

    private void readBody(ByteBuffer bytes, PacketSink sink) throws PeerViolation {
        int missing = remainingLength - pieces.position();
        if (bytes.remaining() < missing) {
            keep(bytes, bytes.remaining());
        } else if (pieces.position() == 0) {
            int from = bytes.position();
            bytes.position(from + remainingLength);
            deliver(bytes, from, sink);
        } else {
            keep(bytes, missing);
            ByteBuffer whole = pieces;
            whole.clear();
            if (whole.capacity() > RETAINED_BYTES) {
                pieces = NOTHING;
            }
            deliver(whole, 0, sink);
        }
    }

    /** Keeps a piece of a body, in an array that grows with what arrives, so that a length costs a peer its bytes. */
    private void keep(ByteBuffer bytes, int length) {
        int size = pieces.position();
        if (length > pieces.capacity() - size) {
            int wanted = Math.max(size + length, Math.min(2 * pieces.capacity(), remainingLength));
            pieces = ByteBuffer.wrap(Arrays.copyOf(pieces.array(), wanted)).position(size);
        }
        bytes.get(pieces.array(), size, length);
        pieces.position(size + length);
    }

    private void deliver(ByteBuffer bytes, int from, PacketSink sink) throws PeerViolation {
        headerBytes = 0;
        headerComplete = false;
        ProtocolVersion known = version == null ? ProtocolVersion.MQTT_5 : version;
        reader.start(type, known, bytes, from, from + remainingLength);
        if (remainingLength == 2 && isAcknowledgement()) {
            int identifier = reader.readPacketIdentifier();
            reader.finish();
            sink.success(type, identifier);
            return;
        }
        ControlPacket packet = read();
        reader.expectEnd();
        reader.finish();
        sink.packet(packet);
    }

    private boolean isAcknowledgement() {
        return type == PacketType.PUBACK
                || type == PacketType.PUBREC
                || type == PacketType.PUBREL
                || type == PacketType.PUBCOMP;
    }

    private ControlPacket read() throws PeerViolation {
        return switch (type) {
            case CONNECT -> readConnect();
            case CONNACK -> ConnAckCodec.read(reader, propertyReader);
            case PUBLISH -> PublishReader.read(reader, firstByte & 0xF, propertyReader, aliases, sender);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> AckCodec.read(reader, propertyReader, sender);
            case SUBSCRIBE -> SubscribeCodec.read(reader, propertyReader);
            case SUBACK -> SubAckCodec.readSubAck(reader, propertyReader);
            case UNSUBSCRIBE -> UnsubscribeCodec.read(reader, propertyReader);
            case UNSUBACK -> SubAckCodec.readUnsubAck(reader, propertyReader);
            case PINGREQ -> PingReq.INSTANCE;
            case PINGRESP -> PingResp.INSTANCE;
            case DISCONNECT -> DisconnectCodec.read(reader, propertyReader, sender);
            case AUTH -> AuthCodec.read(reader, propertyReader, sender);
        };
    }

    private Connect readConnect() throws PeerViolation {
        Connect packet = ConnectReader.read(reader, propertyReader);
        if (!shortestLength && packet.version() == ProtocolVersion.MQTT_5) {
            throw longLength();
        }
        version = packet.version();
        return packet;
    }
}
