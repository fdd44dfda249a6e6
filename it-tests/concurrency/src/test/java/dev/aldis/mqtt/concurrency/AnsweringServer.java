package dev.aldis.mqtt.concurrency;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
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
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A server that answers whatever comes, hands each message back once, and now and then hangs up in the middle. */
final class AnsweringServer implements AutoCloseable {

    /** One packet in so many ends the connection. */
    private static final int PACKETS_PER_CUT = 60;

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Thread acceptor = new Thread(this::accept, "answering-server");
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Random random;
    private final AtomicReference<PeerViolation> violation = new AtomicReference<>();

    AnsweringServer(long seed) throws IOException {
        random = new Random(seed);
        acceptor.setDaemon(true);
        acceptor.start();
    }

    String uri() {
        return "mqtt://127.0.0.1:" + server.getLocalPort();
    }

    /** What a client did that the standard forbids; null if nothing. */
    PeerViolation violation() {
        return violation.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread thread = new Thread(new Connection(socket)::serve, "answering-server-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isCut() {
        synchronized (random) {
            return random.nextInt(PACKETS_PER_CUT) == 0;
        }
    }

    private final class Connection {

        private final Socket socket;
        private final PacketDecoder decoder = new PacketDecoder(DecoderOptions.server());
        private PacketEncoder encoder;

        Connection(Socket socket) {
            this.socket = socket;
        }

        void serve() {
            byte[] bytes = new byte[8 << 10];
            try (socket) {
                for (int size = socket.getInputStream().read(bytes); size >= 0; ) {
                    decoder.decode(ByteBuffer.wrap(bytes, 0, size), this::answer);
                    size = socket.getInputStream().read(bytes);
                }
            } catch (IOException | UncheckedIOException ended) {
                // By the client, or by us.
            } catch (PeerViolation by) {
                violation.set(by);
            } finally {
                open.remove(socket);
            }
        }

        private void answer(ControlPacket packet) {
            try {
                if (isCut()) {
                    socket.close();
                }
                answerWith(packet);
            } catch (IOException ended) {
                throw new UncheckedIOException(ended);
            }
        }

        private void answerWith(ControlPacket packet) throws IOException {
            if (packet instanceof Connect connect) {
                encoder = new PacketEncoder(connect.version());
                send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
            } else if (packet instanceof Publish publish) {
                take(publish);
            } else if (packet instanceof PubRel pubRel) {
                send(PubComp.success(pubRel.packetIdentifier()));
            } else if (packet instanceof Subscribe subscribe) {
                List<ReasonCode> codes =
                        Collections.nCopies(subscribe.subscriptions().size(), ReasonCode.SUCCESS);
                send(new SubAck(subscribe.packetIdentifier(), codes, dev.aldis.mqtt.api.Diagnostics.NONE));
            } else if (packet instanceof Unsubscribe unsubscribe) {
                List<ReasonCode> codes =
                        Collections.nCopies(unsubscribe.topicFilters().size(), ReasonCode.SUCCESS);
                send(new UnsubAck(unsubscribe.packetIdentifier(), codes, dev.aldis.mqtt.api.Diagnostics.NONE));
            } else if (packet instanceof PingReq) {
                send(PingResp.INSTANCE);
            }
        }

        private void take(Publish publish) throws IOException {
            if (publish.message().qos() == QoS.AT_LEAST_ONCE) {
                send(PubAck.success(publish.packetIdentifier()));
            } else if (publish.message().qos() == QoS.EXACTLY_ONCE) {
                send(PubRec.success(publish.packetIdentifier()));
            }
            Message echo = Message.of(publish.message().topic().text(), QoS.AT_MOST_ONCE, "back");
            send(new Publish(echo, 0, false, 0, List.of()));
        }

        private void send(ControlPacket packet) throws IOException {
            WireBuffer buffer = new WireBuffer();
            encoder.encode(packet, buffer);
            ByteBuffer bytes = buffer.asByteBuffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            socket.getOutputStream().write(copy);
        }
    }
}
