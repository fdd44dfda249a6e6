package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The server's end of a WebSocket, written from RFC 6455. Bytes are cut into frames that have nothing to do with calls. */
final class WebSocketPeerConnection implements PeerConnection {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The bit of the first byte that says so (RFC 7692, section 6). */
    static final int COMPRESSED = 0x40;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int CUT = 60_000;

    /** One frame as it arrived. */
    @SuppressWarnings("ArrayRecordComponent") // Frames are not compared.
    record Frame(int firstByte, byte[] content) {

        int opcode() {
            return firstByte & 0xf;
        }

        boolean isCompressed() {
            return (firstByte & COMPRESSED) != 0;
        }

        int closeCode() {
            return content.length < 2 ? -1 : ByteBuffer.wrap(content).getShort() & 0xffff;
        }
    }

    private final Socket raw;
    private final Socket socket;
    private final DataInputStream in;
    private byte[] rest = {};
    private boolean ended;
    private boolean closeSent;

    WebSocketPeerConnection(Socket raw, Socket socket, InputStream in) {
        this.raw = raw;
        this.socket = socket;
        this.in = new DataInputStream(in);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; from += CUT) {
            frame(FINAL | BINARY, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CUT)));
        }
    }

    /** Sends one frame, unmasked as servers do; the first byte is opcode and flags. */
    void frame(int firstByte, byte[] content) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(firstByte);
        if (content.length < 126) {
            frame.write(content.length);
        } else if (content.length < 1 << 16) {
            frame.write(126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) content.length).array());
        } else {
            frame.write(127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(content.length).array());
        }
        frame.writeBytes(content);
        synchronized (this) {
            socket.getOutputStream().write(frame.toByteArray());
        }
    }

    /** Sends bytes that need not be a frame. */
    void rawBytes(int... bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int each : bytes) {
            all.write(each);
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    /** Sends a Close frame. */
    void closeFrame(int code, String reason) throws IOException {
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        frame(
                FINAL | CLOSE,
                ByteBuffer.allocate(2 + words.length)
                        .putShort((short) code)
                        .put(words)
                        .array());
        closeSent = true;
    }

    /** Reads one frame, unmasked; a client must mask. */
    Frame readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((second & MASKED) == 0) {
            throw new IOException("The client sent a frame that is not masked");
        }
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] mask = in.readNBytes(4);
        byte[] content = in.readNBytes((int) length);
        for (int i = 0; i < content.length; i++) {
            content[i] ^= mask[i & 3];
        }
        return new Frame(first, content);
    }

    @Override
    public byte[] read(int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < count && !ended) {
            if (rest.length == 0) {
                next();
            }
            int taken = Math.min(rest.length, count - all.size());
            all.write(rest, 0, taken);
            rest = Arrays.copyOfRange(rest, taken, rest.length);
        }
        return all.toByteArray();
    }

    private void next() throws IOException {
        Frame frame;
        try {
            frame = readFrame();
        } catch (EOFException e) {
            throw new IOException("The client closed without a Close frame", e);
        }
        switch (frame.opcode()) {
            case BINARY -> rest = frame.content();
            case CLOSE -> ended = true;
            default -> throw new IOException("An unexpected frame came: " + frame);
        }
    }

    @Override
    public byte[] readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!ended) {
            all.writeBytes(rest);
            rest = new byte[0];
            next();
        }
        return all.toByteArray();
    }

    /** Reads everything until the client closes the connection below. */
    void awaitEnd() throws IOException {
        in.readAllBytes();
    }

    @Override
    public void shutDownOutput() throws IOException {
        closeFrame(1000, "");
    }

    @Override
    public void reset() throws IOException {
        if (!raw.isClosed()) {
            raw.setSoLinger(true, 0);
            raw.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (!ended && !closeSent) {
            try {
                closeFrame(1000, "");
            } catch (IOException clientHasGone) {
                // Nobody is left to be told.
                closeSent = true;
            }
        }
        socket.close();
    }
}
