package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.SocketOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several addresses of one host: each of the loopback network, with a server of its own. */
@Timeout(60)
class AddressRaceTest extends NettyFixture {

    private static final Duration LONG = Duration.ofSeconds(100);

    /** Of what a machine that stalls may spoil. */
    private static final int MOST_TRIES = 10;

    private TransportOptions options = TransportOptions.DEFAULT;

    @BeforeEach
    void linuxHasAWholeNetworkOfLoopbackAddresses() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux has 127.0.0.2");
    }

    @Test
    void theNextAddressIsTriedWhenOneRefuses() throws Exception {
        // At once, and not after the Connection Attempt Delay of each.
        long atOnceNanos = 4 * AddressRace.CONNECTION_ATTEMPT_DELAY_NANOS;
        long leastNanos = Long.MAX_VALUE;
        // A machine that stalls takes its time too, but not each time.
        for (int tries = 0; tries < MOST_TRIES && leastNanos >= atOnceNanos; tries++) {
            leastNanos = Math.min(leastNanos, nanosBehindFourThatRefuse());
        }
        assertTrue(leastNanos < atOnceNanos, "took " + leastNanos + " ns at the least");
    }

    /** The peer listens on 127.0.0.1 only, so the other loopback addresses refuse. */
    private long nanosBehindFourThatRefuse() throws Exception {
        PeerServer server = newPeer();
        RecordingListener listener = newListener();
        long beforeNanos = System.nanoTime();
        connect(server.uri().getPort(), LONG, listener, 2, 3, 4, 5, 1);
        server.accept().close();
        listener.awaitConnected();
        long tookNanos = System.nanoTime() - beforeNanos;
        listener.awaitClosed();
        return tookNanos;
    }

    @Test
    void whenEveryAddressRefusesAllAreToldOf() throws Exception {
        RecordingListener listener = newListener();
        connect(newPeer().uri().getPort(), LONG, listener, 2, 3, 4);
        Throwable cause = assertMessage(listener, "was refused", "all 3 addresses");
        assertEquals(2, cause.getSuppressed().length);
    }

    @Test
    void anAddressThatDoesNotAnswerIsOvertakenAfterTheDelayAndClosed() throws Exception {
        try (SilentServer silent = new SilentServer(address(2), 0);
                ServerSocket server = server(1, silent.port())) {
            RecordingListener listener = newListener();
            long beforeNanos = System.nanoTime();
            connect(server.getLocalPort(), LONG, listener, 2, 1);
            try (Socket peer = server.accept()) {
                long tookNanos = System.nanoTime() - beforeNanos;
                assertTrue(tookNanos >= AddressRace.CONNECTION_ATTEMPT_DELAY_NANOS, () -> "took " + tookNanos + " ns");
                listener.awaitConnected();
                await(() -> silent.asking() == 0);
                assertTrue(peer.isConnected());
            }
            assertEquals(Optional.empty(), listener.awaitClosed());
        }
    }

    @Test
    void addressesAreAskedAtTheSameTimeAndTheFirstToAnswerIsTaken() throws Exception {
        try (SilentServer first = new SilentServer(address(2), 0);
                SilentServer second = new SilentServer(address(3), first.port())) {
            RecordingListener listener = newListener();
            connect(first.port(), LONG, listener, 2, 3);
            await(() -> first.asking() == 1 && second.asking() == 1);
            try (Socket peer = first.answer()) {
                listener.awaitConnected();
                await(() -> second.asking() == 0);
                assertTrue(peer.isConnected());
            }
            assertEquals(Optional.empty(), listener.awaitClosed());
        }
    }

    @Test
    void anAttemptThatIsGivenUpClosesAllThatRun() throws Exception {
        try (SilentServer first = new SilentServer(address(2), 0);
                SilentServer second = new SilentServer(address(3), first.port())) {
            RecordingListener listener = newListener();
            TransportAttempt attempt = connect(first.port(), LONG, listener, 2, 3);
            await(() -> first.asking() == 1 && second.asking() == 1);
            call(listener, attempt::cancel);
            assertEquals(Optional.empty(), listener.awaitClosed());
            await(() -> first.asking() + second.asking() == 0);
        }
    }

    @Test
    void whenNoneAnswersTheTimeoutEndsThemAll() throws Exception {
        try (SilentServer first = new SilentServer(address(2), 0);
                SilentServer second = new SilentServer(address(3), first.port())) {
            // Too short for the third to have its turn.
            assertEndsInTime(
                    listener -> connect(first.port(), Duration.ofMillis(450), listener, 2, 3, 4),
                    "connect timeout of 450 ms",
                    "while connecting",
                    "of 3 addresses");
            await(() -> first.asking() + second.asking() == 0);
        }
    }

    @Test
    void anAddressThatFailsAfterItHasConnectedLeavesTheOthersTheirTurn() throws Exception {
        try (ServerSocket hangsUp = server(2, 0);
                ServerSocket server = server(1, hangsUp.getLocalPort())) {
            RecordingListener listener = newListener();
            Endpoint endpoint = endpoint(server.getLocalPort(), LONG, new NeverReady(), 2, 1);
            NettyTransport.connect(endpoint, loop(), listener);
            hangsUp.accept().close();
            server.accept().close();
            Throwable cause = assertMessage(listener, "closed the connection while agreeing", "all 2 addresses");
            assertEquals(1, cause.getSuppressed().length);
        }
    }

    @Test
    void anAddressThatConnectsAndThenSaysNothingHasItsShareOfTheTimeOnly() throws Exception {
        try (ServerSocket mute = server(2, 0);
                ServerSocket server = server(1, mute.getLocalPort())) {
            Endpoint endpoint = endpoint(server.getLocalPort(), Duration.ofSeconds(1), new NeverReady(), 2, 1);
            assertEndsInTime(
                    listener -> NettyTransport.connect(endpoint, loop(), listener),
                    "1000 ms",
                    "agreeing on the protocol above",
                    "all 2 addresses");
            // Never closed by its server, so it was this side that went on.
            try (Socket first = mute.accept();
                    Socket second = server.accept()) {
                assertEquals(-1, first.getInputStream().read());
                assertEquals(-1, second.getInputStream().read());
            }
        }
    }

    /** From one port of this machine there is only one connection at a time. */
    @Test
    void withAFixedLocalPortOneFollowsTheOther() throws Exception {
        try (SilentServer silent = new SilentServer(address(2), 0);
                ServerSocket server = server(1, silent.port())) {
            boolean followed = false;
            // A machine that stalls may use up the share of both addresses at once, but not each time.
            for (int tries = 0; tries < MOST_TRIES && !followed; tries++) {
                followed = followsFromAFixedPort(silent, server);
            }
            assertTrue(followed);
        }
    }

    private boolean followsFromAFixedPort(SilentServer silent, ServerSocket server) throws Exception {
        int free;
        try (ServerSocket any = server(9, 0)) {
            free = any.getLocalPort();
        }
        options = options.withSocket(SocketOptions.DEFAULT.withLocalAddress(new InetSocketAddress(address(9), free)));
        RecordingListener listener = newListener();
        connect(server.getLocalPort(), Duration.ofSeconds(2), listener, 2, 1);
        await(() -> listener.wasConnected() || listener.wasClosed());
        if (!listener.wasConnected()) {
            return false;
        }
        // Of an attempt before, something may have come so far.
        Socket peer = server.accept();
        while (peer.getPort() != free) {
            peer.close();
            peer = server.accept();
        }
        await(() -> silent.asking() == 0);
        peer.close();
        assertEquals(Optional.empty(), listener.awaitClosed());
        return true;
    }

    private TransportAttempt connect(int port, Duration timeout, RecordingListener listener, int... addresses) {
        return NettyTransport.connect(endpoint(port, timeout, null, addresses), loop(), listener);
    }

    private Endpoint endpoint(int port, Duration timeout, ChannelLayer layer, int... addresses) {
        HostLookup lookup = host ->
                IntStream.of(addresses).mapToObj(AddressRaceTest::address).toArray(InetAddress[]::new);
        TransportRequest request = new TransportRequest(URI.create("mqtt://host.of.the.test"), options, timeout);
        return new Endpoint(new HostAddress("host.of.the.test", port), false, layer, request, lookup);
    }

    private static ServerSocket server(int last, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, address(last));
        server.setSoTimeout(20_000);
        return server;
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
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

    /** The state of sockets in the system, which nothing tells of. */
    private static void await(Callable<Boolean> condition) throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadlineNanos, "waited for 20 seconds in vain");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static final class NeverReady implements ChannelLayer {

        @Override
        public void addTo(ChannelPipeline pipeline) {}

        @Override
        public boolean isReady(Object userEvent) {
            return false;
        }

        @Override
        public void writeFarewell(Channel channel) {}
    }
}
