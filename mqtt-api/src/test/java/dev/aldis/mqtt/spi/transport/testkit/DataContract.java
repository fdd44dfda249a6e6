package dev.aldis.mqtt.spi.transport.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.transport.TransportConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What holds for bytes and for holding back. */
public abstract class DataContract extends ConnectContract {

    private static final int MIB = 1 << 20;

    /** More than a connection and both systems may keep under way. */
    private static final int FLOOD = 32 * MIB;

    @Test
    void bytesGoThereAndBack() throws Exception {
        Link link = open();
        call(link.listener(), () -> link.connection().write(text("ping")));
        assertEquals("ping", new String(link.peer().read(4), StandardCharsets.UTF_8));
        link.peer().write("pong".getBytes(StandardCharsets.UTF_8));
        assertEquals("pong", new String(link.listener().awaitBytes(4), StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenWhenToldOfTheConnectionArrives() throws Exception {
        Link link = open(newListener().onConnected(connection -> connection.write(text("hello"))));
        assertEquals("hello", new String(link.peer().read(5), StandardCharsets.UTF_8));
    }

    @Test
    void whatTheServerSaysFirstArrives() throws Exception {
        Link link = open();
        link.peer().write("welcome".getBytes(StandardCharsets.UTF_8));
        assertEquals("welcome", new String(link.listener().awaitBytes(7), StandardCharsets.UTF_8));
    }

    @Test
    void anyBufferIsTakenFromPositionToLimitAndMayBeUsedAgainAtOnce() throws Exception {
        Link link = open();
        ByteBuffer heap = ByteBuffer.wrap("--ab--".getBytes(StandardCharsets.UTF_8), 2, 2);
        ByteBuffer slice =
                ByteBuffer.wrap("--cd--".getBytes(StandardCharsets.UTF_8), 2, 2).slice();
        ByteBuffer readOnly = text("ef").asReadOnlyBuffer();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(6).put(text("--gh--")).position(2).limit(4);
        ByteBuffer empty = ByteBuffer.allocate(0);
        call(link.listener(), () -> {
            for (ByteBuffer bytes : new ByteBuffer[] {heap, slice, empty, readOnly, direct}) {
                int limit = bytes.limit();
                link.connection().write(bytes);
                assertEquals(limit, bytes.position());
                assertEquals(limit, bytes.limit());
                if (!bytes.isReadOnly()) {
                    bytes.clear();
                    while (bytes.hasRemaining()) {
                        bytes.put((byte) '!');
                    }
                }
            }
        });
        assertEquals("abcdefgh", new String(link.peer().read(8), StandardCharsets.UTF_8));
    }

    @Test
    void manyWritesOfAnySizeArriveInOrder() throws Exception {
        long seed = System.nanoTime();
        byte[] sent = randomBytes(16 * MIB, seed);
        Link link = open();
        CompletableFuture<byte[]> arrived = inBackground(() -> link.peer().read(sent.length));
        Random sizes = new Random(seed);
        for (int from = 0; from < sent.length; ) {
            int count = Math.min(sent.length - from, 1 + sizes.nextInt(sizes.nextBoolean() ? 100 : 300_000));
            ByteBuffer bytes = ByteBuffer.wrap(sent, from, count);
            loop().execute(() -> link.connection().write(bytes));
            from += count;
        }
        assertArrayEquals(sent, arrived.get(PATIENCE_SECONDS, TimeUnit.SECONDS), "seed " + seed);
    }

    @Test
    void manyBytesArriveInOrderFromTheServer() throws Exception {
        long seed = System.nanoTime();
        byte[] sent = randomBytes(16 * MIB, seed);
        Link link = open();
        CompletableFuture<Void> writing = inBackground(() -> {
            Random sizes = new Random(seed);
            for (int from = 0; from < sent.length; ) {
                int count = Math.min(sent.length - from, 1 + sizes.nextInt(sizes.nextBoolean() ? 100 : 300_000));
                link.peer().write(Arrays.copyOfRange(sent, from, from + count));
                from += count;
            }
            return null;
        });
        byte[] arrived = link.listener().awaitBytes(sent.length);
        writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertArrayEquals(sent, arrived, "seed " + seed);
    }

    @Test
    void aWriterThatMindsWritabilityIsHeldBackUntilThePeerReads() throws Exception {
        byte[] chunk = randomBytes(32 << 10, 1);
        int chunks = FLOOD / chunk.length;
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        CompletableFuture<TransportConnection> connected = new CompletableFuture<>();
        Runnable writeOn = () -> {
            while (written.get() < chunks && connected.join().isWritable()) {
                written.incrementAndGet();
                connected.join().write(ByteBuffer.wrap(chunk));
            }
            if (written.get() == chunks) {
                all.complete(null);
            }
        };
        RecordingListener listener = newListener();
        Link link = open(listener.onConnected(connected::complete).onWritability(writable -> writeOn.run()));
        call(listener, writeOn);
        assertThrows(TimeoutException.class, () -> all.get(1, TimeUnit.SECONDS), "The writer was not held back");
        // It may change its mind as long as bytes are on their way into the buffers of the system.
        while (onLoop(link.connection()::isWritable)) {
            assertFalse(all.isDone(), "The writer was not held back");
        }
        for (int i = 0; i < chunks; i++) {
            assertArrayEquals(chunk, link.peer().read(chunk.length), "chunk " + i);
        }
        all.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void whatIsWrittenInSpiteOfWritabilityIsKeptAndBothChangesAreTold() throws Exception {
        byte[] sent = randomBytes(FLOOD, 5);
        Link link = open();
        call(link.listener(), () -> link.connection().write(ByteBuffer.wrap(sent)));
        assertFalse(link.listener().awaitWritability());
        // It may change its mind while the bytes are on their way from one loop to another.
        while (onLoop(link.connection()::isWritable)) {
            link.listener().awaitWritability();
        }
        assertArrayEquals(sent, link.peer().read(sent.length));
        boolean told;
        do {
            told = link.listener().awaitWritability();
        } while (!told || !onLoop(link.connection()::isWritable));
    }

    @Test
    void pausedReadingHoldsThePeerBackAndLosesNothing() throws Exception {
        long seed = System.nanoTime();
        byte[] sent = randomBytes(FLOOD, seed);
        Link link = open();
        call(link.listener(), link.connection()::pauseReading);
        CompletableFuture<Void> writing = inBackground(() -> {
            link.peer().write(sent);
            return null;
        });
        assertThrows(TimeoutException.class, () -> writing.get(1, TimeUnit.SECONDS), "The peer was not held back");
        int whilePaused = link.listener().receivedCount();
        assertTrue(whilePaused <= MIB, "received " + whilePaused + " bytes while reading was paused");
        call(link.listener(), link.connection()::resumeReading);
        byte[] arrived = link.listener().awaitBytes(sent.length);
        writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertArrayEquals(sent, arrived, "seed " + seed);
    }

    @Test
    void aListenerThatPausesInTheMiddleIsHeard() throws Exception {
        byte[] sent = randomBytes(FLOOD, 2);
        CompletableFuture<TransportConnection> connected = new CompletableFuture<>();
        AtomicBoolean paused = new AtomicBoolean();
        RecordingListener listener = newListener();
        listener.onConnected(connected::complete).onReceived(() -> {
            if (listener.receivedCount() > MIB && paused.compareAndSet(false, true)) {
                connected.join().pauseReading();
            }
        });
        Link link = open(listener);
        CompletableFuture<Void> writing = inBackground(() -> {
            link.peer().write(sent);
            return null;
        });
        assertThrows(TimeoutException.class, () -> writing.get(1, TimeUnit.SECONDS), "The peer was not held back");
        assertTrue(listener.receivedCount() <= 3 * MIB, () -> "received " + listener.receivedCount());
        call(listener, link.connection()::resumeReading);
        assertArrayEquals(sent, listener.awaitBytes(sent.length));
        writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aSlowListenerHoldsThePeerBack() throws Exception {
        byte[] sent = randomBytes(FLOOD, 3);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        RecordingListener listener = newListener();
        listener.onReceived(goOn::join);
        Link link = open(listener);
        CompletableFuture<Void> writing = inBackground(() -> {
            link.peer().write(sent);
            return null;
        });
        assertThrows(TimeoutException.class, () -> writing.get(1, TimeUnit.SECONDS), "The peer was not held back");
        goOn.complete(null);
        assertArrayEquals(sent, listener.awaitBytes(sent.length));
        writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void pausingAndResumingRepeatedlyDoesNoHarm() throws Exception {
        Link link = open();
        for (int i = 0; i < 5; i++) {
            call(link.listener(), () -> {
                link.connection().resumeReading();
                link.connection().pauseReading();
                link.connection().pauseReading();
                link.connection().resumeReading();
                link.connection().resumeReading();
            });
            link.peer().write(new byte[] {(byte) i});
            assertEquals(i, link.listener().awaitBytes(i + 1)[i]);
        }
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
