package dev.aldis.mqtt.spi.transport.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The contract of a transport. The author of a provider extends this class, says how to get the provider and how to start
 * a peer for it, and runs it unchanged; {@link SocketPeerServer} is a ready peer for transports that carry bytes as they
 * are. To also prove that the provider works on a foreign loop, extend it a second time and override
 * {@link #acquireLoop()} with {@link dev.aldis.mqtt.spi.transport.SingleThreadEventLoop#start}.
 */
public abstract class TransportContractTest extends DataContract {

    /** So long a transport at least waits for a peer that is to take what was written last, or to close as well. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /** Longer than any transport waits for it. */
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @Test
    void aPeerThatClosesInOrderEndsWithoutACauseAfterItsLastByte() throws Exception {
        long seed = System.nanoTime();
        byte[] sent = randomBytes(3_000_000, seed);
        Link link = open();
        CompletableFuture<Void> writing = inBackground(() -> {
            link.peer().write(sent);
            link.peer().close();
            return null;
        });
        assertEquals(Optional.empty(), link.listener().awaitClosed());
        assertArrayEquals(sent, link.listener().awaitBytes(sent.length), "seed " + seed);
        writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aPeerThatOnlyEndsItsOutputEndsTheConnection() throws Exception {
        Link link = open();
        link.peer().write(new byte[] {1, 2, 3});
        link.peer().shutDownOutput();
        assertEquals(Optional.empty(), link.listener().awaitClosed());
        assertArrayEquals(new byte[] {1, 2, 3}, link.listener().awaitBytes(3));
    }

    @Test
    void aPeerThatResetsTheConnectionIsACauseThatNamesIt() throws Exception {
        Link link = open();
        call(link.listener(), () -> link.connection().write(DataContract.text("unread")));
        assertEquals("un", new String(link.peer().read(2), StandardCharsets.UTF_8));
        link.peer().reset();
        Throwable cause = link.listener().awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        String name = usesHostsAndPorts() ? "localhost:" : nameOf(link.server());
        assertTrue(String.valueOf(cause.getMessage()).contains(name), cause::toString);
    }

    @Test
    void aResetThatArrivesTogetherWithBytesIsTold() throws Exception {
        Link link = open();
        call(link.listener(), () -> link.connection().write(DataContract.text("unread")));
        assertEquals("un", new String(link.peer().read(2), StandardCharsets.UTF_8));
        // The loop is kept from reading meanwhile.
        onLoop(() -> {
            link.peer().write(new byte[] {1, 2, 3});
            link.peer().reset();
            return null;
        });
        assertInstanceOf(
                ConnectionException.class, link.listener().awaitClosed().orElseThrow());
    }

    @Test
    void aResetThatArrivesTogetherWithBytesWhileReadingIsPausedIsTold() throws Exception {
        Link link = open();
        call(link.listener(), () -> link.connection().write(DataContract.text("unread")));
        assertEquals("un", new String(link.peer().read(2), StandardCharsets.UTF_8));
        call(link.listener(), link.connection()::pauseReading);
        onLoop(() -> {
            link.peer().write(new byte[] {1, 2, 3});
            link.peer().reset();
            return null;
        });
        call(link.listener(), link.connection()::resumeReading);
        assertInstanceOf(
                ConnectionException.class, link.listener().awaitClosed().orElseThrow());
    }

    @Test
    void closeSendsWhatWasWrittenAndThenTellsTheEnd() throws Exception {
        long seed = System.nanoTime();
        byte[] sent = randomBytes(4_000_000, seed);
        unlessHeldUp(CLOSING, () -> {
            Link link = open();
            call(link.listener(), () -> {
                link.connection().write(ByteBuffer.wrap(sent));
                link.connection().close();
                link.connection().close();
            });
            assertArrayEquals(sent, link.peer().readToEnd(), "seed " + seed);
            link.peer().close();
            assertEquals(Optional.empty(), link.listener().awaitClosed());
        });
    }

    @Test
    void whatWasWrittenLastArrivesAlthoughThePeerHasSentWhatNobodyRead() throws Exception {
        unlessHeldUp(CLOSING, () -> {
            Link link = open();
            call(link.listener(), link.connection()::pauseReading);
            link.peer().write(new byte[100_000]);
            call(link.listener(), () -> {
                link.connection().write(DataContract.text("farewell"));
                link.connection().close();
            });
            link.peer().write(new byte[100_000]);
            assertEquals("farewell", new String(link.peer().readToEnd(), StandardCharsets.UTF_8));
            link.peer().close();
            assertEquals(Optional.empty(), link.listener().awaitClosed());
        });
    }

    @Test
    void closeEndsInSecondsAlthoughThePeerDoesNotRead() throws Exception {
        unlessHeldUp(SECONDS, () -> {
            Link link = open();
            long beforeNanos = System.nanoTime();
            call(link.listener(), () -> {
                link.connection().write(ByteBuffer.allocate(32 << 20));
                link.connection().close();
            });
            assertEquals(Optional.empty(), link.listener().awaitClosed());
            assertTrue(System.nanoTime() - beforeNanos < SECONDS.toNanos());
        });
    }

    @Test
    void closeEndsInSecondsAlthoughThePeerNeverCloses() throws Exception {
        unlessHeldUp(SECONDS, () -> {
            Link link = open();
            long beforeNanos = System.nanoTime();
            call(link.listener(), link.connection()::close);
            assertEquals(0, link.peer().readToEnd().length);
            assertEquals(Optional.empty(), link.listener().awaitClosed());
            assertTrue(System.nanoTime() - beforeNanos < SECONDS.toNanos());
        });
    }

    @Test
    void nothingIsReceivedAfterClose() throws Exception {
        RecordingListener listener = newListener();
        CompletableFuture<TransportConnection> connected = new CompletableFuture<>();
        listener.onConnected(connected::complete)
                .onReceived(() -> connected.join().close());
        Link link = open(listener);
        link.peer().write(new byte[1]);
        assertEquals(0, link.peer().readToEnd().length);
        link.peer().write(new byte[1]);
        link.peer().close();
        assertEquals(Optional.empty(), listener.awaitClosed());
        assertEquals(1, listener.receivedCount());
    }

    @Test
    void whatIsWrittenAfterCloseIsDropped() throws Exception {
        unlessHeldUp(CLOSING, () -> {
            Link link = open();
            ByteBuffer late = DataContract.text("late");
            call(link.listener(), () -> {
                link.connection().write(DataContract.text("in time"));
                link.connection().close();
                link.connection().write(late);
            });
            assertFalse(late.hasRemaining());
            assertEquals("in time", new String(link.peer().readToEnd(), StandardCharsets.UTF_8));
        });
    }

    @Test
    void afterTheEndTheConnectionDoesNothing() throws Exception {
        Link link = open();
        link.peer().close();
        link.listener().awaitClosed();
        ByteBuffer late = DataContract.text("late");
        call(link.listener(), () -> {
            link.connection().write(late);
            link.connection().isWritable();
            link.connection().pauseReading();
            link.connection().resumeReading();
            link.connection().close();
        });
        assertFalse(late.hasRemaining());
    }

    @Test
    void aListenerMayCloseWhenToldOfTheConnection() throws Exception {
        Link link = open(newListener().onConnected(TransportConnection::close));
        assertEquals(0, link.peer().readToEnd().length);
        link.peer().close();
        assertEquals(Optional.empty(), link.listener().awaitClosed());
    }

    @Test
    void whatAListenerThrowsWhenToldOfTheConnectionIsTheCause() throws Exception {
        RuntimeException thrown = new IllegalStateException("thrown by a test on purpose");
        PeerServer server = newPeer();
        RecordingListener listener = newListener().onConnected(connection -> {
            throw thrown;
        });
        CompletableFuture<PeerConnection> accepted = inBackground(server::accept);
        connect(server.uri(), CONNECT_TIMEOUT, listener);
        assertSame(thrown, listener.awaitClosed().orElseThrow());
        // Whether the peer got as far as to have a connection depends on the transport.
        accepted.handle((peer, failure) -> failure).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void whatAListenerThrowsWhenBytesArriveIsTheCauseAndNoMoreArrive() throws Exception {
        Error thrown = new AssertionError("thrown by a test on purpose");
        Link link = open(newListener().onReceived(() -> {
            throw thrown;
        }));
        link.peer().write(new byte[1]);
        assertSame(thrown, link.listener().awaitClosed().orElseThrow());
        assertEquals(1, link.listener().receivedCount());
    }

    @Test
    void whatAListenerThrowsWhenToldOfWritabilityIsTheCause() throws Exception {
        RuntimeException thrown = new IllegalStateException("thrown by a test on purpose");
        Link link = open(newListener().onWritability(writable -> {
            throw thrown;
        }));
        call(link.listener(), () -> link.connection().write(ByteBuffer.allocate(32 << 20)));
        assertSame(thrown, link.listener().awaitClosed().orElseThrow());
    }

    @Test
    void whatAListenerThrowsWhenToldOfTheEndIsReportedOnTheThread() throws Exception {
        RuntimeException thrown = new IllegalStateException("thrown by a test on purpose");
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        Link link = open(newListener().onClosed(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, what) -> reported.complete(what));
            throw thrown;
        }));
        link.peer().close();
        assertSame(thrown, reported.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        onLoop(() -> {
            Thread.currentThread().setUncaughtExceptionHandler(null);
            return null;
        });
    }

    @Test
    void closeWithAFullPipeStillDeliversAllToAPeerThatReads() throws Exception {
        byte[] chunk = randomBytes(1 << 20, 4);
        unlessHeldUp(CLOSING, () -> {
            Link link = open();
            call(link.listener(), () -> {
                for (int i = 0; i < 16; i++) {
                    link.connection().write(ByteBuffer.wrap(chunk));
                }
                link.connection().close();
            });
            byte[] arrived = link.peer().readToEnd();
            assertEquals(16 * chunk.length, arrived.length);
            assertArrayEquals(chunk, Arrays.copyOfRange(arrived, 15 * chunk.length, 16 * chunk.length));
        });
    }
}
