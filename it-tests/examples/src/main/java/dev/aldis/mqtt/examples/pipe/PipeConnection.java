package dev.aldis.mqtt.examples.pipe;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportListener;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The client's end of a pipe, and the attempt before it. Everything happens on the loop; only the queues are shared. */
final class PipeConnection implements TransportConnection, TransportAttempt {

    /** Unwritable above the one, writable again below the other. */
    private static final long HIGH_WATER_BYTES = 256 << 10;

    private static final long LOW_WATER_BYTES = 64 << 10;

    private final String name;
    private final EventLoop loop;
    private final TransportListener listener;
    private final ByteQueue toServer = new ByteQueue();
    private final ByteQueue fromServer = new ByteQueue();
    private final AtomicBoolean lookScheduled = new AtomicBoolean();

    private boolean writable = true;
    private boolean paused;
    private boolean closing;
    private boolean ended;

    PipeConnection(String name, EventLoop loop, TransportListener listener) {
        this.name = name;
        this.loop = loop;
        this.listener = listener;
    }

    void open() {
        if (ended || closing) {
            return;
        }
        PipeServer server = PipeServer.listeningOn(name).orElse(null);
        if (server == null) {
            end(new ConnectionException(
                    "Nobody listens on the pipe '" + name + "': start the server first", (Throwable) null));
            return;
        }
        server.arrive(new PipeEnd(toServer, fromServer, this::lookSoon));
        tell(() -> listener.connected(this));
    }

    @Override
    public void write(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        if (closing || ended) {
            return;
        }
        if (toServer.add(copy) > HIGH_WATER_BYTES && writable) {
            writable = false;
            loop.execute(() -> tellWritable(false));
        }
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        lookSoon();
    }

    /** What was written lies in the queue, where the server finds it also after our end: there is nothing to wait for. */
    @Override
    public void close() {
        if (!closing && !ended) {
            closing = true;
            toServer.end();
            loop.execute(() -> end(null));
        }
    }

    @Override
    public void cancel() {
        close();
    }

    /** Called on any thread: looks at both queues in one of the next turns of the loop. */
    private void lookSoon() {
        if (lookScheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::look);
            } catch (RejectedExecutionException released) {
                // The client has gone, and its loop with it; what it wrote before it closed is still there to be read.
                toServer.breakOffUnlessEnded();
            }
        }
    }

    private void look() {
        lookScheduled.set(false);
        if (closing || ended) {
            return;
        }
        if (fromServer.isBroken()) {
            end(new ConnectionException("The pipe '" + name + "' was broken by its server", (Throwable) null));
            return;
        }
        if (!writable && toServer.sizeBytes() < LOW_WATER_BYTES) {
            writable = true;
            tellWritable(true);
        }
        if (!paused) {
            receiveNext();
        }
    }

    /** One portion in each turn, so that no connection keeps the loop from the others. */
    private void receiveNext() {
        byte[] next = fromServer.poll();
        if (next != null) {
            tell(() -> listener.received(ByteBuffer.wrap(next)));
            lookSoon();
        } else if (fromServer.isAtItsEnd()) {
            toServer.end();
            end(null);
        }
    }

    private void tellWritable(boolean now) {
        tell(() -> listener.writabilityChanged(now));
    }

    /** What the listener throws is the cause of the end. */
    private void tell(Runnable event) {
        if (closing || ended) {
            return;
        }
        try {
            event.run();
        } catch (Throwable thrown) {
            toServer.breakOff();
            loop.execute(() -> end(thrown));
            closing = true;
        }
    }

    private void end(@Nullable Throwable cause) {
        if (!ended) {
            ended = true;
            fromServer.discard();
            listener.closed(cause);
        }
    }
}
