package dev.aldis.mqtt.spi.transport.testkit;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers what a transport tells, and notes each breach of the rules for calling a listener. */
public final class RecordingListener implements TransportListener {

    private static final long PATIENCE_SECONDS = 20;

    private final EventLoop loop;
    private final List<String> breaches = new CopyOnWriteArrayList<>();
    private final CompletableFuture<TransportConnection> connected = new CompletableFuture<>();
    private final CompletableFuture<Optional<Throwable>> closed = new CompletableFuture<>();
    private final BlockingQueue<Boolean> writability = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile Consumer<TransportConnection> onConnected = connection -> {};
    private volatile Runnable onReceived = () -> {};
    private volatile Consumer<Boolean> onWritability = writable -> {};
    private volatile Runnable onClosed = () -> {};

    /** Set by a test around its own calls into the transport, on the loop, during which the listener must not be called. */
    private boolean insideOfACall;

    private boolean insideOfTheListener;

    public RecordingListener(EventLoop loop) {
        this.loop = loop;
    }

    /** Does something when it is told of the connection, on the loop. */
    public RecordingListener onConnected(Consumer<TransportConnection> action) {
        onConnected = action;
        return this;
    }

    /** Does something whenever bytes arrive, on the loop, when they have been noted. */
    public RecordingListener onReceived(Runnable action) {
        onReceived = action;
        return this;
    }

    /** Does something when it is told of writability, on the loop. */
    public RecordingListener onWritability(Consumer<Boolean> action) {
        onWritability = action;
        return this;
    }

    /** Does something when it is told of the end, on the loop. */
    public RecordingListener onClosed(Runnable action) {
        onClosed = action;
        return this;
    }

    @Override
    public void connected(TransportConnection connection) {
        call("connected", () -> {
            if (!connected.complete(connection)) {
                breaches.add("connected was called twice");
            }
            onConnected.accept(connection);
        });
    }

    @Override
    public void received(ByteBuffer bytes) {
        call("received", () -> {
            if (!connected.isDone()) {
                breaches.add("received was called before connected");
            }
            if (!bytes.hasRemaining()) {
                breaches.add("received was called without a byte");
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            synchronized (received) {
                received.writeBytes(copy);
                received.notifyAll();
            }
            onReceived.run();
        });
    }

    @Override
    public void writabilityChanged(boolean writable) {
        call("writabilityChanged", () -> {
            if (!connected.isDone()) {
                breaches.add("writabilityChanged was called before connected");
            }
            writability.add(writable);
            onWritability.accept(writable);
        });
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        call("closed", () -> {
            if (!closed.complete(Optional.ofNullable(cause))) {
                breaches.add("closed was called twice");
            }
            onClosed.run();
        });
    }

    /** Runs a call into the transport during which the listener must not be called. On the loop only. */
    public void duringCall(Runnable callIntoTheTransport) {
        boolean before = insideOfACall;
        insideOfACall = true;
        try {
            callIntoTheTransport.run();
        } finally {
            insideOfACall = before;
        }
    }

    /** What went against the rules; empty if nothing. */
    public List<String> breaches() {
        return breaches;
    }

    public boolean wasConnected() {
        return connected.isDone();
    }

    public boolean wasClosed() {
        return closed.isDone();
    }

    /** Waits for the connection. */
    public TransportConnection awaitConnected() throws Exception {
        CompletableFuture.anyOf(connected, closed).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!connected.isDone()) {
            throw new AssertionError(
                    "closed was called before connected", closed.join().orElse(null));
        }
        return connected.join();
    }

    /** Waits for the end, and gives its cause. */
    public Optional<Throwable> awaitClosed() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for the next change of writability. */
    public boolean awaitWritability() throws Exception {
        Boolean next = writability.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new TimeoutException("writabilityChanged was not called");
        }
        return next;
    }

    /** Waits until so many bytes have arrived in all, and gives all that have. */
    public byte[] awaitBytes(int count) throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (received) {
            while (received.size() < count) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (millis <= 0) {
                    throw new TimeoutException("only " + received.size() + " of " + count + " bytes arrived");
                }
                received.wait(millis);
            }
            return received.toByteArray();
        }
    }

    /** How many bytes have arrived. */
    public int receivedCount() {
        synchronized (received) {
            return received.size();
        }
    }

    private void call(String name, Runnable action) {
        if (!loop.inLoop()) {
            breaches.add(
                    name + " was called on the thread " + Thread.currentThread().getName());
        }
        if (insideOfACall || insideOfTheListener) {
            breaches.add(name + " was called from inside another call");
        }
        if (closed.isDone()) {
            breaches.add(name + " was called after closed");
        }
        insideOfTheListener = true;
        try {
            action.run();
        } finally {
            insideOfTheListener = false;
        }
    }
}
