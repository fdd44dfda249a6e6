package dev.aldis.mqtt.protocol.client;

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
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.SingleThreadEventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server without a network: the test reads what the client sent, and says what it is answered. */
final class ScriptedServer implements TransportProvider {

    static final String SERVER = "script://server";
    private static final int PATIENCE_SECONDS = 50;

    final AtomicInteger loopsInUse = new AtomicInteger();

    /** What is scheduled on the loops, has not run and was not called off. */
    final AtomicInteger timersOpen = new AtomicInteger();

    private final ProtocolVersion version;
    private final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
    private volatile boolean accepting = true;

    /** How many Topic Aliases clients of the next connections may set. */
    volatile int topicAliasMaximum;

    ScriptedServer(ProtocolVersion version) {
        this.version = version;
    }

    ScriptedServer() {
        this(ProtocolVersion.MQTT_5);
    }

    /** From now on attempts stay unanswered, or are answered again. */
    void accept(boolean flag) {
        accepting = flag;
    }

    /** The next connection that a client makes. */
    Link nextLink() throws InterruptedException {
        Link link = links.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (link == null) {
            throw new AssertionError("No connection within " + PATIENCE_SECONDS + " s");
        }
        return link;
    }

    /** Whether a client has made a connection that the test does not know of. */
    boolean hasFurtherLink() {
        return !links.isEmpty();
    }

    /** The next connection, with CONNECT answered. */
    Link acceptNext(boolean sessionPresent) throws InterruptedException {
        Link link = nextLink();
        link.expect(Connect.class);
        link.send(new ConnAck(sessionPresent, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        return link;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("script");
    }

    @Override
    public EventLoop acquireEventLoop() {
        loopsInUse.incrementAndGet();
        SingleThreadEventLoop loop = SingleThreadEventLoop.start("scripted-loop");
        return new EventLoop() {
            @Override
            public void execute(Runnable task) {
                loop.execute(task);
            }

            @Override
            public boolean inLoop() {
                return loop.inLoop();
            }

            @Override
            public Timer schedule(Runnable task, long delayNanos) {
                AtomicBoolean open = new AtomicBoolean(true);
                timersOpen.incrementAndGet();
                Timer timer = loop.schedule(
                        () -> {
                            end(open);
                            task.run();
                        },
                        delayNanos);
                return () -> {
                    end(open);
                    timer.cancel();
                };
            }

            private void end(AtomicBoolean open) {
                if (open.getAndSet(false)) {
                    timersOpen.decrementAndGet();
                }
            }

            @Override
            public void release() {
                loopsInUse.decrementAndGet();
                loop.release();
            }
        };
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        Link link = new Link(request.server(), eventLoop, listener);
        if (accepting) {
            eventLoop.execute(() -> {
                if (!link.closed) {
                    listener.connected(link);
                }
            });
        }
        links.add(link);
        return link::close;
    }

    /** One connection, seen from the server. */
    final class Link implements TransportConnection {

        /** Where the client wanted to go. */
        final URI server;

        private final EventLoop loop;
        private final TransportListener listener;
        private final PacketDecoder decoder =
                new PacketDecoder(DecoderOptions.server().withTopicAliasMaximum(topicAliasMaximum));
        private PacketEncoder encoder = new PacketEncoder(version);
        private final BlockingQueue<ControlPacket> received = new LinkedBlockingQueue<>();
        private boolean closed;
        volatile boolean readingPaused;
        volatile boolean endedByClient;

        /** What writing, pausing and closing throw, against the contract of transports. */
        volatile @Nullable RuntimeException bug;

        Link(URI server, EventLoop loop, TransportListener listener) {
            this.server = server;
            this.loop = loop;
            this.listener = listener;
        }

        // --- for the test

        <T extends ControlPacket> T expect(Class<T> type) throws InterruptedException {
            ControlPacket packet = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!type.isInstance(packet)) {
                throw new AssertionError("Expected " + type.getSimpleName() + " and got " + packet);
            }
            return type.cast(packet);
        }

        /** What comes next; null if nothing does for a while. */
        @Nullable
        ControlPacket poll(long millis) throws InterruptedException {
            return received.poll(millis, TimeUnit.MILLISECONDS);
        }

        /** What comes next; null if nothing does before a future has ended. */
        @Nullable
        ControlPacket poll(CompletableFuture<?> end) throws InterruptedException {
            ControlPacket packet = null;
            while (packet == null && !end.isDone()) {
                packet = received.poll(1, TimeUnit.MILLISECONDS);
            }
            return packet == null ? received.poll() : packet;
        }

        /** What has come and was not asked for; null if nothing has. */
        @Nullable
        ControlPacket poll() {
            return received.poll();
        }

        /** Answers in another version from now on. */
        void speak(ProtocolVersion other) {
            encoder = new PacketEncoder(other);
        }

        /** Sends packets that the client reads at once. */
        void send(ControlPacket... packets) {
            WireBuffer buffer = new WireBuffer();
            for (ControlPacket packet : packets) {
                encoder.encode(packet, buffer);
            }
            sendBytes(buffer.asByteBuffer());
        }

        void sendBytes(ByteBuffer bytes) {
            loop.execute(() -> {
                if (!closed) {
                    listener.received(bytes);
                }
            });
        }

        /** Waits until the client's loop has done all that was waiting for it before this call. */
        void awaitLoop() throws InterruptedException, ExecutionException, TimeoutException {
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.execute(() -> done.complete(null));
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        void cut(@Nullable Throwable cause) {
            loop.execute(() -> end(cause));
        }

        private void end(@Nullable Throwable cause) {
            if (!closed) {
                closed = true;
                listener.closed(cause);
            }
        }

        // --- for the client

        @Override
        public void write(ByteBuffer bytes) {
            throwBug();
            try {
                decoder.decode(bytes, received::add);
            } catch (PeerViolation e) {
                throw new AssertionError("The client sent something that is not allowed", e);
            }
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void pauseReading() {
            throwBug();
            readingPaused = true;
        }

        @Override
        public void resumeReading() {
            readingPaused = false;
        }

        private void throwBug() {
            RuntimeException present = bug;
            if (present != null) {
                throw present;
            }
        }

        @Override
        public void close() {
            throwBug();
            endedByClient = true;
            loop.execute(() -> end(null));
        }
    }
}
