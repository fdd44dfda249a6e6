package dev.aldis.mqtt.conformance;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The server's end of a WebSocket, as far as a test of MQTT needs it: what goes out is one binary frame for each call. */
final class WebSocketLink {

    static final int BINARY = 0x82;
    static final int TEXT = 0x81;

    private static final int CLOSE = 8;
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final DataInputStream wire;
    private final OutputStream out;
    private final List<String> request = new ArrayList<>();

    /** Answers the client's request. */
    WebSocketLink(Socket socket) throws IOException, GeneralSecurityException {
        wire = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        for (String line = line(); !line.isEmpty(); line = line()) {
            request.add(line);
        }
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((header("Sec-WebSocket-Key") + MAGIC).getBytes(StandardCharsets.US_ASCII));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash)
                        + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = wire.readUnsignedByte(); next != '\n'; next = wire.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    /** The path that the client asked for. */
    String path() {
        return request.get(0).split(" ", -1)[1];
    }

    /** A header of the request; empty without it. */
    String header(String name) {
        return request.stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    /** Sends a short frame. */
    void frame(int first, byte[] content) throws IOException {
        if (content.length > 125) {
            throw new IllegalArgumentException(content.length + " bytes are more than a short frame has");
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.write(content.length);
        frame.writeBytes(content);
        out.write(frame.toByteArray());
    }

    /** For what is sent in frames. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                frame(BINARY, new byte[] {(byte) one});
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                byte[] content = new byte[length];
                System.arraycopy(bytes, from, content, 0, length);
                frame(BINARY, content);
            }
        };
    }

    /** What the client sends in frames, until one of them is a Close. */
    InputStream input() {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("read a frame at once");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int first = wire.read();
                if (first < 0 || (first & 0xF) == CLOSE) {
                    return -1;
                }
                int size = wire.readUnsignedByte() & 0x7F;
                if (size == 126) {
                    size = wire.readUnsignedShort();
                }
                byte[] mask = wire.readNBytes(4);
                wire.readFully(bytes, from, size);
                for (int i = 0; i < size; i++) {
                    bytes[from + i] ^= mask[i & 3];
                }
                return size;
            }
        };
    }
}
