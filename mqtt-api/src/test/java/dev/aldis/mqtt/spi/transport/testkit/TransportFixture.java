package dev.aldis.mqtt.spi.transport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of a transport have in common. Each test ends with a check of how the listeners were called. */
@Timeout(120)
public abstract class TransportFixture {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    static final long PATIENCE_SECONDS = 20;

    /** So often a machine does not stall one after the other. */
    private static final int MOST_TRIES = 20;

    private static final String PEER_THREAD = "transport-test-peer";

    /** Threads that are none of the provider's: of these tests, of JUnit and of the Java run-time. */
    private static final Pattern OTHER_THREADS =
            Pattern.compile(PEER_THREAD + "|junit.*|process reaper.*|Common-Cleaner|Attach Listener|ForkJoinPool.*");

    private final List<RecordingListener> listeners = new ArrayList<>();
    private final List<PeerServer> servers = new ArrayList<>();
    private final List<PeerConnection> peers = new ArrayList<>();
    private final ExecutorService background = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, PEER_THREAD);
        thread.setDaemon(true);
        return thread;
    });
    private Set<Thread> threadsBefore;
    private EventLoop loop;
    private volatile boolean released;

    /** A connection with its two ends. */
    protected record Link(
            URI server, RecordingListener listener, TransportConnection connection, PeerConnection peer) {}

    /** A part of a test. */
    @FunctionalInterface
    protected interface Part {
        void run() throws Exception;
    }

    /** Begins an attempt to connect, of which the listener hears. */
    protected interface Attempt {

        void begin(RecordingListener listener) throws Exception;
    }

    /** The provider under test. */
    protected abstract TransportProvider provider();

    /** Starts a server that the provider can connect to with {@link #tlsOptions()}. */
    protected abstract PeerServer startPeer() throws Exception;

    /** What the provider needs in order to trust the peer. */
    protected TlsOptions tlsOptions() {
        return TlsOptions.DEFAULT;
    }

    /** How the provider is to connect. */
    protected TransportOptions options() {
        return TransportOptions.DEFAULT.withTls(tlsOptions());
    }

    /**
     * Whether the provider reaches servers by host and port. Override it for one that does not: what is about host names,
     * and about servers of TCP that do not play along, is then left out.
     */
    protected boolean usesHostsAndPorts() {
        return true;
    }

    /** What a message about a server has to name. */
    protected final String nameOf(URI server) {
        return usesHostsAndPorts() ? server.getHost() + ":" + server.getPort() : server.getSchemeSpecificPart();
    }

    /** Where the listeners are called. Override it to try the provider with a loop that is not its own. */
    protected EventLoop acquireLoop() {
        return provider().acquireEventLoop();
    }

    @BeforeEach
    final void acquireTheLoop() {
        threadsBefore = Set.copyOf(Thread.getAllStackTraces().keySet());
        loop = acquireLoop();
    }

    @AfterEach
    final void everyListenerWasCalledByTheRules() throws Exception {
        for (PeerConnection peer : peers) {
            peer.reset();
        }
        for (PeerServer server : servers) {
            server.close();
        }
        for (RecordingListener listener : listeners) {
            if (listener.wasConnected() && !listener.wasClosed()) {
                onLoop(() -> {
                    listener.awaitConnected().close();
                    return null;
                });
            }
            listener.awaitClosed();
        }
        if (!released) {
            letTheTransportSayWhatItMustNot();
            loop.release();
        }
        background.shutdownNow();
        assertTrue(background.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        for (RecordingListener listener : listeners) {
            assertEquals(List.of(), listener.breaches());
        }
    }

    /** What is told after {@code closed}, against the rules, would come in one of the next turns of the loop. */
    private void letTheTransportSayWhatItMustNot() throws Exception {
        for (int turn = 0; turn < 3; turn++) {
            onLoop(() -> null);
        }
    }

    /** The loop of this test. */
    protected final EventLoop loop() {
        return loop;
    }

    /** Gives the loop of this test back before its end. */
    protected final void releaseLoop() {
        released = true;
        loop.release();
    }

    /** A listener that is checked at the end of the test; it must have been told of the end of its connection by then. */
    protected final RecordingListener newListener() {
        RecordingListener listener = new RecordingListener(loop);
        listeners.add(listener);
        return listener;
    }

    /** A server that is closed at the end of the test. */
    protected final PeerServer newPeer() throws Exception {
        PeerServer server = startPeer();
        servers.add(server);
        return server;
    }

    /** Connects on the loop, where the listener must not be called before {@code connect} has returned. */
    protected final TransportAttempt connect(URI server, Duration timeout, RecordingListener listener)
            throws Exception {
        TransportRequest request = new TransportRequest(server, options(), timeout);
        return onLoop(() -> {
            List<TransportAttempt> attempt = new ArrayList<>();
            listener.duringCall(() -> attempt.add(provider().connect(request, loop, listener)));
            return attempt.get(0);
        });
    }

    /** A connection that is open at both ends. */
    protected final Link open() throws Exception {
        return open(newListener());
    }

    /** A connection that is open at both ends, with a listener that has been told what to do. */
    protected final Link open(RecordingListener listener) throws Exception {
        PeerServer server = newPeer();
        connect(server.uri(), CONNECT_TIMEOUT, listener);
        PeerConnection peer = server.accept();
        peers.add(peer);
        return new Link(server.uri(), listener, listener.awaitConnected(), peer);
    }

    /** Calls something of a connection or attempt on the loop; the listener must not be called meanwhile. */
    protected final void call(RecordingListener listener, Runnable callIntoTheTransport) throws Exception {
        onLoop(() -> {
            listener.duringCall(callIntoTheTransport);
            return null;
        });
    }

    /** Runs a task on the loop and waits for what it gives. */
    protected final <T> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs a task beside the test, for what a peer does meanwhile. */
    protected final <T> CompletableFuture<T> inBackground(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        background.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        return result;
    }

    /**
     * Runs what a transport has a limited time for. If it fails and the machine, which may have stood still, has taken longer
     * than that, it says nothing of the transport, and there is another try.
     *
     * @param limit the least time that a transport allows
     */
    protected static void unlessHeldUp(Duration limit, Part part) throws Exception {
        for (int triesLeft = 2; ; triesLeft--) {
            long beganNanos = System.nanoTime();
            try {
                part.run();
                return;
            } catch (Exception | AssertionError failure) {
                if (triesLeft == 0 || System.nanoTime() - beganNanos < limit.toNanos()) {
                    throw failure;
                }
            }
        }
    }

    /**
     * An attempt whose time is to end at a certain step, and of which all of this is told then. A machine that stalls may use
     * the time up before that step; then it is tried again.
     */
    protected final void assertEndsInTime(Attempt attempt, String... inTheMessage) throws Exception {
        String message = "";
        for (int tries = 0; tries < MOST_TRIES && !containsAll(message, inTheMessage); tries++) {
            RecordingListener listener = newListener();
            attempt.begin(listener);
            Throwable cause = listener.awaitClosed().orElseThrow();
            assertInstanceOf(ConnectionException.class, cause);
            assertFalse(listener.wasConnected());
            message = String.valueOf(cause.getMessage());
        }
        assertTrue(containsAll(message, inTheMessage), message);
    }

    private static boolean containsAll(String text, String... parts) {
        return Stream.of(parts).allMatch(text::contains);
    }

    /** Bytes in which a loss, a repetition or an exchange shows. */
    protected static byte[] randomBytes(int count, long seed) {
        byte[] bytes = new byte[count];
        RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(seed);
        random.nextBytes(bytes);
        return bytes;
    }

    /** Waits until every thread has ended that came since the loop of this test was acquired. */
    protected final void assertNoThreadIsLeft() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!threadsBefore.contains(thread)
                    && !OTHER_THREADS.matcher(thread.getName()).matches()) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
                assertTrue(!thread.isAlive(), () -> "The thread '" + thread.getName() + "' is left");
            }
        }
    }
}
