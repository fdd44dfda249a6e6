package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What needs a lookup, or a layer, that the test decides. */
class ConnectAttemptTest extends NettyFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void theLoopGoesOnWhileAHostIsLookedUp() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        PeerServer server = newPeer();
        RecordingListener listener = newListener();
        connect(server, TIMEOUT, listener, host -> {
            await(answer);
            return new InetAddress[] {address(1)};
        });
        assertEquals("alive", onLoop(() -> "alive"));
        assertFalse(listener.wasConnected());
        answer.countDown();
        server.accept().close();
        listener.awaitConnected();
    }

    @Test
    void anAttemptCanBeGivenUpWhileTheHostIsLookedUp() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Thread> lookingUp = new CompletableFuture<>();
        RecordingListener listener = newListener();
        TransportAttempt attempt = connect(newPeer(), TIMEOUT, listener, host -> {
            lookingUp.complete(Thread.currentThread());
            await(answer);
            return new InetAddress[] {address(1)};
        });
        Thread helper = lookingUp.get(20, TimeUnit.SECONDS);
        assertTrue(helper.isDaemon());
        call(listener, attempt::cancel);
        assertEquals(Optional.empty(), listener.awaitClosed());
        releaseLoop();
        // The answer comes when nobody is interested any more, and the loop has gone.
        answer.countDown();
        assertNoThreadIsLeft();
        assertFalse(listener.wasConnected());
    }

    @Test
    void aLookupThatTakesTooLongEndsTheAttemptInTime() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        RecordingListener listener = newListener();
        connect(newPeer(), Duration.ofMillis(300), listener, host -> {
            await(answer);
            return new InetAddress[] {address(1)};
        });
        assertMessage(listener, "300 ms", "looking up the host name");
        answer.countDown();
    }

    @Test
    void anUnknownHostIsToldByName() throws Exception {
        RecordingListener listener = newListener();
        connect(newPeer(), TIMEOUT, listener, host -> {
            throw new UnknownHostException(host);
        });
        assertMessage(listener, "host.of.the.test:", "is not known");
    }

    @Test
    void aLookupThatFailsInAnyOtherWayEndsTheAttemptToo() throws Exception {
        Error thrown = new NoClassDefFoundError("thrown by a test on purpose");
        RecordingListener listener = newListener();
        connect(newPeer(), TIMEOUT, listener, host -> {
            throw thrown;
        });
        assertSame(thrown, listener.awaitClosed().orElseThrow().getCause());
    }

    @Test
    void theHostIsLookedUpAfreshAtEachAttempt() throws Exception {
        List<String> asked = new ArrayList<>();
        PeerServer server = newPeer();
        for (int attempt = 0; attempt < 2; attempt++) {
            RecordingListener listener = newListener();
            connect(server, TIMEOUT, listener, host -> {
                synchronized (asked) {
                    asked.add(host);
                }
                return new InetAddress[] {address(1)};
            });
            server.accept().close();
            listener.awaitClosed();
        }
        assertEquals(List.of("host.of.the.test", "host.of.the.test"), asked);
    }

    @Test
    void aLoopThatWasReleasedIsACallersMistake() {
        EventLoop released = provider().acquireEventLoop();
        released.release();
        released.release();
        Endpoint endpoint = endpoint(new HostAddress("localhost", 1), TIMEOUT, HostLookup.SYSTEM);
        assertThrows(
                IllegalStateException.class,
                () -> NettyTransport.connect(endpoint, released, new RecordingListener(released)));
    }

    @Test
    void aConnectionOutlivesTheReleaseOfItsLoop() throws Exception {
        EventLoop own = provider().acquireEventLoop();
        RecordingListener listener = new RecordingListener(own);
        PeerServer server = newPeer();
        releaseLoop();
        NettyTransport.connect(endpoint(address(server), TIMEOUT, HostLookup.SYSTEM), own, listener);
        try (PeerConnection peer = server.accept()) {
            listener.awaitConnected();
            own.release();
            peer.write(new byte[1]);
            listener.awaitBytes(1);
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
        assertEquals(List.of(), listener.breaches());
        assertNoThreadIsLeft();
    }

    @Test
    void timeoutsBeyondTheRangeOfNanosecondsMeanVeryLong() throws Exception {
        PeerServer server = newPeer();
        RecordingListener listener = newListener();
        connect(server, Duration.ofSeconds(Long.MAX_VALUE), listener, host -> new InetAddress[] {address(1)});
        server.accept().close();
        listener.awaitConnected();
    }

    @Test
    void aLayerIsAwaitedAndSaysFarewell() throws Exception {
        PeerServer server = newPeer();
        RecordingListener listener = newListener();
        Endpoint endpoint =
                new Endpoint(address(server), false, new GreetingLayer(), request(TIMEOUT), HostLookup.SYSTEM);
        NettyTransport.connect(endpoint, loop(), listener);
        try (PeerConnection peer = server.accept()) {
            assertEquals("HELLO", new String(peer.read(5), StandardCharsets.UTF_8));
            assertFalse(listener.wasConnected());
            peer.write("hello!".getBytes(StandardCharsets.UTF_8));
            listener.awaitConnected();
            assertEquals("!", new String(listener.awaitBytes(1), StandardCharsets.UTF_8));
            call(listener, listener.awaitConnected()::close);
            assertEquals("BYE", new String(peer.readToEnd(), StandardCharsets.UTF_8));
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
    }

    @Test
    void aServerThatDoesNotAnswerTheLayerIsGivenUpInTime() throws Exception {
        PeerServer server = newPeer();
        Endpoint endpoint = new Endpoint(
                address(server), false, new GreetingLayer(), request(Duration.ofMillis(500)), HostLookup.SYSTEM);
        assertEndsInTime(
                listener -> NettyTransport.connect(endpoint, loop(), listener),
                "500 ms",
                "agreeing on the protocol above");
    }

    /** Says HELLO, waits for hello, and says BYE in the end. */
    @SuppressWarnings("FutureReturnValueIgnored") // A write that fails would show in the test.
    private static final class GreetingLayer implements ChannelLayer {

        private static final String READY = "ready";

        @Override
        public void addTo(ChannelPipeline pipeline) {
            pipeline.addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                    context.writeAndFlush(bytes("HELLO"), context.voidPromise());
                    context.fireChannelActive();
                }

                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ByteBuf bytes = (ByteBuf) message;
                    assertEquals("hello", bytes.readCharSequence(5, StandardCharsets.UTF_8));
                    context.fireUserEventTriggered(READY);
                    context.fireChannelRead(bytes);
                    context.pipeline().remove(this);
                }
            });
        }

        @Override
        public boolean isReady(Object userEvent) {
            return userEvent == READY;
        }

        @Override
        public void writeFarewell(Channel channel) {
            channel.writeAndFlush(bytes("BYE"), channel.voidPromise());
        }

        private static ByteBuf bytes(String text) {
            return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        }
    }

    private TransportAttempt connect(
            PeerServer server, Duration timeout, RecordingListener listener, HostLookup lookup) {
        return connect(new HostAddress("host.of.the.test", server.uri().getPort()), timeout, listener, lookup);
    }

    private TransportAttempt connect(
            HostAddress address, Duration timeout, RecordingListener listener, HostLookup lookup) {
        return NettyTransport.connect(endpoint(address, timeout, lookup), loop(), listener);
    }

    private static Endpoint endpoint(HostAddress address, Duration timeout, HostLookup lookup) {
        return new Endpoint(address, false, null, request(timeout), lookup);
    }

    private static TransportRequest request(Duration timeout) {
        return new TransportRequest(URI.create("mqtt://host.of.the.test"), TransportOptions.DEFAULT, timeout);
    }

    private static HostAddress address(PeerServer server) {
        return new HostAddress("localhost", server.uri().getPort());
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static Throwable assertMessage(RecordingListener listener, String... parts) throws Exception {
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        for (String part : parts) {
            assertTrue(String.valueOf(cause.getMessage()).contains(part), cause::toString);
        }
        assertFalse(listener.wasConnected());
        return cause;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
