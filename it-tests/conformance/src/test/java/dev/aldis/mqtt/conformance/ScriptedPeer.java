package dev.aldis.mqtt.conformance;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server on a socket that does what the test says, byte by byte if need be. */
final class ScriptedPeer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = Integer.getInteger("aldis.patience", 60);
    private static final int LOOK_MILLIS = 50;
    private static final Object END = "end of the connection";

    private final ProtocolVersion version;
    private final ServerSocket server;

    ScriptedPeer(ProtocolVersion version) throws IOException {
        this.version = version;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_SECONDS * 1_000);
    }

    String uri() {
        return "mqtt://127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next connection; nothing is answered. */
    Connection next() throws IOException {
        Socket socket = nextSocket();
        return new Connection(socket, socket.getInputStream(), socket.getOutputStream());
    }

    /** The next connection, before anything is read from it. */
    Socket nextSocket() throws IOException {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** The next connection, or nothing if there will be none any more. */
    Optional<Socket> nextSocketUnless(BooleanSupplier none) throws IOException {
        server.setSoTimeout(LOOK_MILLIS);
        try {
            for (int looks = 0; looks < PATIENCE_SECONDS * 1_000 / LOOK_MILLIS; looks++) {
                // Asked before: what ends an attempt comes behind its connection.
                boolean last = none.getAsBoolean();
                try {
                    return Optional.of(nextSocket());
                } catch (SocketTimeoutException notYet) {
                    if (last) {
                        return Optional.empty();
                    }
                }
            }
            throw new SocketTimeoutException("No connection came");
        } finally {
            server.setSoTimeout(PATIENCE_SECONDS * 1_000);
        }
    }

    /** A connection whose bytes come from, and go to, something between the socket and MQTT. */
    Connection over(Socket socket, InputStream in, OutputStream out) {
        return new Connection(socket, in, out);
    }

    /** The next connection, with CONNECT answered by success. */
    Connection accept(boolean sessionPresent) throws Exception {
        return accept(sessionPresent, ConnAckProperties.NONE);
    }

    Connection accept(boolean sessionPresent, ConnAckProperties properties) throws Exception {
        Connection connection = next();
        connection.expect(Connect.class);
        connection.send(new ConnAck(sessionPresent, ReasonCode.SUCCESS, properties));
        return connection;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection, seen from the server. */
    final class Connection implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final PacketEncoder encoder = new PacketEncoder(version);

        private Connection(Socket socket, InputStream in, OutputStream out) {
            this.socket = socket;
            this.in = in;
            this.out = out;
            Thread reader = new Thread(this::read, "scripted-peer");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            PacketDecoder decoder = new PacketDecoder(DecoderOptions.server().withTopicAliasMaximum(65_535));
            byte[] buffer = new byte[8 << 10];
            try {
                for (int size = in.read(buffer); size >= 0; ) {
                    bytes.write(buffer, 0, size);
                    decoder.decode(ByteBuffer.wrap(buffer, 0, size), received::add);
                    size = in.read(buffer);
                }
                // The client waits a while for this.
                socket.close();
            } catch (IOException reset) {
                // Ends the connection as well.
            } catch (PeerViolation violation) {
                received.add(violation);
            }
            received.add(END);
        }

        /** All that has come so far, as it was on the wire. */
        byte[] bytes() {
            return bytes.toByteArray();
        }

        /** The next packet, which has to be of this type. */
        <T extends ControlPacket> T expect(Class<T> type) throws InterruptedException {
            Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!type.isInstance(next)) {
                throw new AssertionError("Expected " + type.getSimpleName() + " and got " + next);
            }
            return type.cast(next);
        }

        /** The next packet; empty at the end of the connection. */
        Optional<ControlPacket> nextOrEnd() throws InterruptedException {
            Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == END) {
                return Optional.empty();
            }
            if (next instanceof ControlPacket packet) {
                return Optional.of(packet);
            }
            throw new AssertionError("Expected a packet or the end of the connection and got " + next);
        }

        /** The next packet, if it comes in this time. */
        Optional<ControlPacket> nextWithin(Duration patience) throws InterruptedException {
            Object next = received.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null || next instanceof ControlPacket) {
                return Optional.ofNullable((ControlPacket) next);
            }
            throw new AssertionError("Expected a packet and got " + next);
        }

        /** Everything that comes until the client ends the connection. */
        List<ControlPacket> untilEnd() throws InterruptedException {
            List<ControlPacket> packets = new ArrayList<>();
            Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            while (next instanceof ControlPacket packet) {
                packets.add(packet);
                next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            if (next != END) {
                throw new AssertionError("Expected the end of the connection and got " + next + " after " + packets);
            }
            return packets;
        }

        /** In one write. */
        void send(ControlPacket... packets) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (ControlPacket packet : packets) {
                WireBuffer buffer = new WireBuffer();
                encoder.encode(packet, buffer);
                ByteBuffer bytes = buffer.asByteBuffer();
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                all.writeBytes(copy);
            }
            send(all.toByteArray());
        }

        void sendHex(String hex) throws IOException {
            send(HexFormat.of().parseHex(hex.replace(" ", "")));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
