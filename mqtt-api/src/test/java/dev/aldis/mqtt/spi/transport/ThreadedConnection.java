package dev.aldis.mqtt.spi.transport;

import dev.aldis.mqtt.api.ConnectionException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A connection of {@link ThreadedTransportProvider}. Fields are used on the loop only, except those under the lock. */
final class ThreadedConnection implements TransportConnection {

    private static final int READ_BYTES = 64 << 10;
    private static final int HIGH_WATER_BYTES = 256 << 10;
    private static final int LOW_WATER_BYTES = 64 << 10;
    private static final long FLUSH_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LINGER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final TransportListener listener;

    /** One permit for each portion that may be read; none while reading is paused. */
    private final Semaphore reads = new Semaphore(1);

    private Socket socket;
    private boolean closing;
    private boolean ended;
    private boolean paused;
    private boolean readOwed;
    private Throwable thrown;
    private EventLoop.Timer limit = () -> {};

    private final Object lock = new Object();
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean noMoreWrites;
    private boolean writable = true;

    ThreadedConnection(EventLoop loop, TransportListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    void start(Callable<Socket> opening) {
        startThread("connect", () -> {
            try {
                Socket opened = opening.call();
                loop.execute(() -> opened(opened));
            } catch (Exception e) {
                loop.execute(() -> ended(e));
            }
        });
    }

    void cancel() {
        close();
        if (socket == null) {
            loop.execute(() -> ended(null));
        }
    }

    @Override
    public void write(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        synchronized (lock) {
            if (noMoreWrites || copy.length == 0) {
                return;
            }
            waiting.add(copy);
            waitingBytes += copy.length;
            if (writable && waitingBytes > HIGH_WATER_BYTES) {
                writable = false;
                loop.execute(() -> tellWritable(false));
            }
            lock.notifyAll();
        }
    }

    @Override
    public boolean isWritable() {
        synchronized (lock) {
            return writable;
        }
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        if (readOwed) {
            readOwed = false;
            reads.release();
        }
    }

    @Override
    public void close() {
        if (closing || ended) {
            return;
        }
        closing = true;
        resumeReading();
        stopWriting();
        if (socket != null) {
            limit = loop.schedule(() -> ended(null), FLUSH_LIMIT_NANOS);
        }
    }

    private void opened(Socket opened) {
        socket = opened;
        if (closing || ended) {
            closeSocket();
            return;
        }
        startThread("read", this::readAll);
        startThread("write", this::writeAll);
        tell(() -> listener.connected(this));
    }

    private void readAll() {
        byte[] buffer = new byte[READ_BYTES];
        try {
            while (true) {
                reads.acquire();
                int count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    loop.execute(() -> ended(null));
                    return;
                }
                loop.execute(() -> received(ByteBuffer.wrap(buffer, 0, count)));
            }
        } catch (IOException e) {
            loop.execute(() -> ended(e));
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts this thread", e);
        }
    }

    private void received(ByteBuffer bytes) {
        if (!closing && !ended) {
            tell(() -> listener.received(bytes));
        }
        if (paused) {
            readOwed = true;
        } else {
            reads.release();
        }
    }

    private void writeAll() {
        try {
            for (byte[] next = nextToWrite(); next != null; next = nextToWrite()) {
                socket.getOutputStream().write(next);
                written(next.length);
            }
            socket.shutdownOutput();
            loop.execute(() -> {
                limit.cancel();
                limit = loop.schedule(() -> ended(null), LINGER_LIMIT_NANOS);
            });
        } catch (IOException e) {
            loop.execute(() -> ended(e));
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts this thread", e);
        }
    }

    private byte[] nextToWrite() throws InterruptedException {
        synchronized (lock) {
            while (waiting.isEmpty() && !noMoreWrites) {
                lock.wait();
            }
            return waiting.poll();
        }
    }

    private void written(int count) {
        synchronized (lock) {
            waitingBytes -= count;
            if (!writable && waitingBytes < LOW_WATER_BYTES) {
                writable = true;
                loop.execute(() -> tellWritable(true));
            }
        }
    }

    private void tellWritable(boolean now) {
        if (!closing && !ended) {
            tell(() -> listener.writabilityChanged(now));
        }
    }

    /** What the listener throws is the cause of the end. */
    private void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable e) {
            thrown = e;
            loop.execute(() -> ended(e));
        }
    }

    private void stopWriting() {
        synchronized (lock) {
            noMoreWrites = true;
            lock.notifyAll();
        }
    }

    private void ended(Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        limit.cancel();
        stopWriting();
        closeSocket();
        // Lets the reader come by once more, to find that the socket is closed.
        reads.release();
        listener.closed(explained(cause));
    }

    private Throwable explained(Throwable cause) {
        if (thrown != null) {
            return thrown;
        }
        if (closing || cause == null) {
            return null;
        }
        return cause instanceof ConnectionException
                ? cause
                : new ConnectionException("The connection to localhost:" + socket.getPort() + " was lost", cause);
    }

    private void closeSocket() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("A socket that is closed in spite of its data cannot fail to close", e);
        }
    }

    private static void startThread(String what, Runnable task) {
        Thread thread = new Thread(task, "threaded-transport-" + what);
        thread.setDaemon(true);
        thread.start();
    }
}
