package dev.aldis.mqtt.campaigns.power;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes one MQTT 5.0 connection and each PUBLISH of QoS 1, and says so; keeps nothing. */
final class AcknowledgingServer implements AutoCloseable {

    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
    private static final byte[] PINGRESP = {(byte) 0xD0, 0};

    private final ServerSocket listener;
    private final Consumer<String> beforeAcknowledgement;
    private final Thread thread = new Thread(this::run, "acknowledging-server");
    private volatile @Nullable Throwable failure;

    AcknowledgingServer(Consumer<String> beforeAcknowledgement) throws IOException {
        this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        this.beforeAcknowledgement = beforeAcknowledgement;
        thread.setDaemon(true);
        thread.start();
    }

    String uri() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    private void run() {
        try (Socket socket = listener.accept()) {
            serve(new DataInputStream(new BufferedInputStream(socket.getInputStream())), socket.getOutputStream());
        } catch (EOFException end) {
            // The client has closed the connection.
        } catch (IOException | RuntimeException e) {
            failure = listener.isClosed() ? null : e;
        }
    }

    private void serve(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            byte[] body = new byte[length(in)];
            in.readFully(body);
            switch (first >> 4) {
                case 1 -> out.write(CONNACK);
                case 3 -> acknowledge(ByteBuffer.wrap(body), out);
                case 12 -> out.write(PINGRESP);
                case 14 -> {
                    return;
                }
                default -> throw new IOException("Packet type " + (first >> 4) + " is not expected here");
            }
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int digit = in.readUnsignedByte();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                return value;
            }
        }
    }

    private void acknowledge(ByteBuffer publish, OutputStream out) throws IOException {
        publish.position(2 + publish.getShort(0));
        byte[] answer = {0x40, 2, publish.get(), publish.get()};
        publish.position(publish.position() + 1 + publish.get(publish.position()));
        beforeAcknowledgement.accept(StandardCharsets.UTF_8.decode(publish).toString());
        out.write(answer);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Throwable present = failure;
        if (present != null) {
            throw new IOException("The server failed", present);
        }
    }
}
