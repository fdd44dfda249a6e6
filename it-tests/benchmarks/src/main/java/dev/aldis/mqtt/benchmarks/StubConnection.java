package dev.aldis.mqtt.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client of the {@link StubServer}: reads a burst, answers all of it with one write. */
final class StubConnection {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBREL = 6;
    private static final int PUBCOMP = 7;
    private static final int SUBSCRIBE = 8;
    private static final int UNSUBSCRIBE = 10;
    private static final int PINGREQ = 12;
    private static final int DISCONNECT = 14;

    private static final int BUFFER_SIZE_BYTES = 256 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_SIZE_BYTES);
    /** Each packet that comes in is answered with no more bytes than it has, so one read never overflows it. */
    private final ByteBuffer out = ByteBuffer.allocateDirect(2 * BUFFER_SIZE_BYTES);

    private final Flood flood = new Flood();
    private boolean ended;

    StubConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Does what can be done now.
     *
     * @return the operations to wait for, 0 if the connection has ended
     */
    int serve(boolean readable) throws IOException {
        if (readable && out.position() <= BUFFER_SIZE_BYTES) {
            read();
        }
        if (ended) {
            return 0;
        }
        flood.fill(out);
        write();
        if (out.position() > 0 || flood.wantsToSend()) {
            return out.position() > BUFFER_SIZE_BYTES
                    ? SelectionKey.OP_WRITE
                    : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        }
        return SelectionKey.OP_READ;
    }

    private void write() throws IOException {
        if (out.position() > 0) {
            out.flip();
            channel.write(out);
            out.compact();
        }
    }

    private void read() throws IOException {
        if (channel.read(in) < 0) {
            ended = true;
            return;
        }
        in.flip();
        int begin = 0;
        while (!ended) {
            int end = packetEnd(begin);
            if (end < 0) {
                break;
            }
            answer(begin, end);
            begin = end;
        }
        in.position(begin);
        in.compact();
    }

    /** Where the packet ends that begins here, -1 if not all of it has come. */
    private int packetEnd(int begin) throws IOException {
        int body = bodyOf(begin);
        if (body < 0) {
            return -1;
        }
        int length = 0;
        for (int i = body - 1; i > begin; i--) {
            length = length << 7 | (in.get(i) & 0x7F);
        }
        if (length > BUFFER_SIZE_BYTES / 2) {
            throw new IOException(
                    "The stub server takes packets of " + BUFFER_SIZE_BYTES / 2 + " bytes, not " + length);
        }
        return body + length <= in.limit() ? body + length : -1;
    }

    /** Where the variable header begins, -1 if the fixed header has not come. */
    private int bodyOf(int begin) {
        for (int i = begin + 1; i < in.limit(); i++) {
            if (in.get(i) >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private void answer(int begin, int end) throws IOException {
        int first = in.get(begin) & 0xFF;
        int body = bodyOf(begin);
        switch (first >> 4) {
            case PUBLISH -> acknowledge(first >> 1 & 3, body);
            case PUBREL -> putAcknowledgement(PUBCOMP << 4, in.getShort(body));
            case PUBACK, PUBCOMP -> flood.completed();
            case PUBREC -> putAcknowledgement(PUBREL << 4 | 2, in.getShort(body));
            case CONNECT -> putConnAck();
            case SUBSCRIBE -> subscribe(body, end);
            case UNSUBSCRIBE -> unsubscribe(body);
            case PINGREQ -> out.putShort((short) 0xD000);
            case DISCONNECT -> ended = true;
            default -> throw new IOException("The stub server does not know packet type " + (first >> 4));
        }
    }

    private void acknowledge(int qos, int body) {
        if (qos == 0) {
            return;
        }
        int topicLength = in.getShort(body) & 0xFFFF;
        short identifier = in.getShort(body + 2 + topicLength);
        putAcknowledgement((qos == 1 ? PUBACK : PUBREC) << 4, identifier);
    }

    private void putAcknowledgement(int first, short identifier) {
        out.put((byte) first).put((byte) 2).putShort(identifier);
    }

    private void putConnAck() {
        // No session, success, no properties: so the Receive Maximum is 65,535, far above the window of the benchmarks.
        out.put(new byte[] {0x20, 3, 0, 0, 0});
    }

    /** The filter {@code flood/QOS/WINDOW} starts a flood; any other is only acknowledged. */
    private void subscribe(int body, int end) {
        short identifier = in.getShort(body);
        int propertiesLength = in.get(body + 2);
        int filter = body + 3 + propertiesLength;
        byte[] name = new byte[in.getShort(filter) & 0xFFFF];
        in.get(filter + 2, name);
        out.put((byte) 0x90).put((byte) 4).putShort(identifier).put((byte) 0).put((byte) (in.get(end - 1) & 3));
        String[] levels = new String(name, StandardCharsets.UTF_8).split("/", -1);
        if (levels.length == 3 && levels[0].equals("flood")) {
            flood.start(Integer.parseInt(levels[1]), Integer.parseInt(levels[2]));
        }
    }

    private void unsubscribe(int body) {
        flood.stop();
        out.put((byte) 0xB0)
                .put((byte) 4)
                .putShort(in.getShort(body))
                .put((byte) 0)
                .put((byte) 0);
    }
}
