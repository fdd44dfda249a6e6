package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads the fields of one packet where its bytes lie, without moving the buffer. Every read that would go past the end is
 * a violation that names packet and field. One reader serves all packets of a connection.
 */
final class WireReader {

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final TopicCache topics = new TopicCache();
    private ByteBuffer buffer = NO_BYTES;
    private int position;
    private int limit;
    private PacketType type = PacketType.CONNECT;
    private ProtocolVersion version = ProtocolVersion.MQTT_5;

    /** Takes strings out of buffers that have no array of their own. */
    private byte[] scratch = new byte[256];

    /** Starts with the body of a packet. */
    void start(PacketType packetType, ProtocolVersion packetVersion, ByteBuffer bytes, int from, int to) {
        type = packetType;
        version = packetVersion;
        buffer = bytes;
        position = from;
        limit = to;
    }

    /** Lets go of the buffer. */
    void finish() {
        buffer = NO_BYTES;
    }

    PacketType type() {
        return type;
    }

    ProtocolVersion version() {
        return version;
    }

    boolean isMqtt5() {
        return version == ProtocolVersion.MQTT_5;
    }

    /** The version, once CONNECT has told it. */
    void becomeVersion(ProtocolVersion learned) {
        version = learned;
    }

    int remaining() {
        return limit - position;
    }

    /**
     * Reads no further than a number of bytes from here.
     *
     * @return what {@link #widen} needs to go on behind them
     */
    int narrow(String what, int length) throws PeerViolation {
        require(what, length);
        int outer = limit;
        limit = position + length;
        return outer;
    }

    void widen(int outerLimit) {
        limit = outerLimit;
    }

    int readByte(String what) throws PeerViolation {
        require(what, 1);
        return buffer.get(position++) & 0xFF;
    }

    int readShort(String what) throws PeerViolation {
        require(what, 2);
        int value = ((buffer.get(position) & 0xFF) << 8) | (buffer.get(position + 1) & 0xFF);
        position += 2;
        return value;
    }

    long readInt(String what) throws PeerViolation {
        return ((long) readShort(what) << 16) | readShort(what);
    }

    int readVariableByteInteger(String what) throws PeerViolation {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = readByte(what);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw malformed(what + " " + value + " is not in its shortest form", "MQTT-1.5.5-1");
                }
                return value;
            }
            if (shift == 21) {
                throw malformed(what + " goes on after its fourth byte", "section 1.5.5");
            }
        }
    }

    /** A Packet Identifier, which is never 0. */
    int readPacketIdentifier() throws PeerViolation {
        int identifier = readShort("Packet Identifier");
        if (identifier == 0) {
            throw protocolError("the Packet Identifier is 0", clause("section 2.2.1", "MQTT-2.3.1-1"));
        }
        return identifier;
    }

    String readUtf8(String what) throws PeerViolation {
        int length = readLength(what);
        byte[] bytes = array(length);
        int offset = arrayOffset();
        position += length;
        return decode(what, bytes, offset, length);
    }

    private String decode(String what, byte[] bytes, int offset, int length) throws PeerViolation {
        int ascii = Utf8.asciiPrefix(bytes, offset, length);
        if (ascii == length) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        int error = Utf8.firstError(bytes, offset + ascii, length - ascii);
        if (error >= 0) {
            int index = ascii + error;
            int bad = bytes[offset + index] & 0xFF;
            throw bad == 0
                    ? malformed(what + " has U+0000 at byte " + index, clause("MQTT-1.5.4-2", "MQTT-1.5.3-2"))
                    : malformed(
                            what + " is not UTF-8 at byte " + index + ", 0x" + hex(bad),
                            clause("MQTT-1.5.4-1", "MQTT-1.5.3-1"));
        }
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /** A Topic Name with one or more characters, out of the cache if it came before. */
    TopicName readTopicName(String what) throws PeerViolation {
        int length = readLength(what);
        byte[] bytes = array(length);
        int offset = arrayOffset();
        position += length;
        int slot = topics.slot(bytes, offset, length);
        TopicName known = topics.find(slot, bytes, offset, length);
        return known != null ? known : topics.put(slot, newTopicName(what, decode(what, bytes, offset, length)));
    }

    private TopicName newTopicName(String what, String text) throws PeerViolation {
        if (text.isEmpty()) {
            throw protocolError(what + " is empty; a topic has at least one character", "MQTT-4.7.3-1");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '#') {
                throw protocolError(what + " '" + text + "' has the wildcard '" + c + "'", "MQTT-3.3.2-2");
            }
        }
        return TopicName.of(text);
    }

    /** Whether a field with a length of its own comes next and is empty; reads it if so. */
    boolean skipEmpty(String what) throws PeerViolation {
        require(what, 2);
        boolean empty = buffer.getShort(position) == 0;
        position += empty ? 2 : 0;
        return empty;
    }

    Payload readBinary(String what) throws PeerViolation {
        return readBytes(readLength(what));
    }

    /** Everything up to the end of the packet. */
    Payload readRest() {
        return readBytes(remaining());
    }

    private Payload readBytes(int length) {
        if (length == 0) {
            return Payload.EMPTY;
        }
        byte[] bytes = new byte[length];
        buffer.get(position, bytes);
        position += length;
        return Payload.wrap(bytes);
    }

    /** Nothing may follow the last field. */
    void expectEnd() throws PeerViolation {
        if (remaining() > 0) {
            throw malformed(
                    remaining() + (remaining() == 1 ? " byte follows" : " bytes follow") + " its last field",
                    clause("section 2.1.4", "section 2.2.3"));
        }
    }

    private int readLength(String what) throws PeerViolation {
        int length = readShort(what);
        require(what, length);
        return length;
    }

    private void require(String what, int length) throws PeerViolation {
        if (length > limit - position) {
            throw malformed(
                    what + " needs " + length + (length == 1 ? " byte" : " bytes") + " and " + remaining()
                            + (remaining() == 1 ? " is" : " are") + " left",
                    clause("section 2.1.4", "section 2.2.3"));
        }
    }

    /** An array that has the next bytes, at {@link #arrayOffset()}. */
    private byte[] array(int length) {
        if (buffer.hasArray()) {
            return buffer.array();
        }
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, Math.min(2 * scratch.length, 65_535))];
        }
        buffer.get(position, scratch, 0, length);
        return scratch;
    }

    private int arrayOffset() {
        return buffer.hasArray() ? buffer.arrayOffset() + position : 0;
    }

    /** The clause of 5.0, or the one of 3.1.1 that says the same. */
    String clause(String mqtt5, String mqtt3) {
        return isMqtt5() ? mqtt5 : mqtt3;
    }

    PeerViolation malformed(String problem, String clause) {
        return violation(ReasonCode.MALFORMED_PACKET, problem, clause);
    }

    PeerViolation protocolError(String problem, String clause) {
        return violation(ReasonCode.PROTOCOL_ERROR, problem, clause);
    }

    PeerViolation violation(ReasonCode code, String problem, String clause) {
        return new PeerViolation(code, type + ": " + problem + " [" + clause + "]");
    }

    /** A byte as two hexadecimal digits. */
    static String hex(int value) {
        return (value < 0x10 ? "0" : "") + Integer.toHexString(value).toUpperCase(Locale.ROOT);
    }
}
