package dev.aldis.mqtt.modulepath;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that says yes to everything one MQTT 5.0 client sends; the names of the Control Packets are kept. */
final class LoopbackServer implements AutoCloseable {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PUBREL = 6;
    private static final int DISCONNECT = 14;

    private final ServerSocket listening;
    private final List<String> received = new CopyOnWriteArrayList<>();

    LoopbackServer() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "loopback-server");
        thread.setDaemon(true);
        thread.start();
    }

    String uri() {
        return "mqtt://" + listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort();
    }

    /** The names of the Control Packets received, in order. */
    List<String> received() {
        return received;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void serve() {
        try (Socket socket = listening.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean connected = true;
            while (connected) {
                connected = answer(in, out);
            }
        } catch (EOFException | SocketException ended) {
            received.add("end");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answer(DataInputStream in, OutputStream out) throws IOException {
        int type = in.readUnsignedByte() >> 4;
        byte[] body = in.readNBytes(remainingLength(in));
        switch (type) {
            case CONNECT -> {
                received.add("CONNECT");
                // Session Present 0, Success, no properties.
                out.write(new byte[] {0x20, 3, 0, 0, 0});
            }
            case PUBLISH -> {
                received.add("PUBLISH");
                int topicLength = (body[0] & 0xff) << 8 | (body[1] & 0xff);
                out.write(new byte[] {0x50, 2, body[2 + topicLength], body[3 + topicLength]});
            }
            case PUBREL -> {
                received.add("PUBREL");
                out.write(new byte[] {0x70, 2, body[0], body[1]});
            }
            case DISCONNECT -> received.add("DISCONNECT");
            default -> received.add("type " + type);
        }
        return type != DISCONNECT;
    }

    private static int remainingLength(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        return length;
    }
}
