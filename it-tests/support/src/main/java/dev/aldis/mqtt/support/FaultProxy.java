package dev.aldis.mqtt.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP link between clients and a broker that a test can cut, tear, stall, slow down, corrupt and mend. Otherwise bytes pass
 * unchanged and in order; a cut drops those that are on their way.
 */
public final class FaultProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int brokerPort;
    private final List<Link> links = new ArrayList<>();
    private boolean stalled;
    private boolean refusing;
    private boolean closed;
    private int linkCount;
    private int corruptions;
    private int tears;
    private volatile long delayNanos;
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    private FaultProxy(ServerSocket listener, int brokerPort) {
        this.listener = listener;
        this.brokerPort = brokerPort;
    }

    /**
     * Opens a link to a broker on the loopback address.
     *
     * @param brokerPort where the broker listens
     * @return the open link
     */
    public static FaultProxy to(int brokerPort) {
        try {
            FaultProxy proxy = new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), brokerPort);
            proxy.startThread("fault-proxy-accept", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where clients connect.
     *
     * @return a URI with the scheme {@code mqtt}
     */
    public String uri() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    /** Resets every connection; new ones are let through. */
    public synchronized void cut() {
        for (Link link : links) {
            drop(link);
        }
        links.clear();
        notifyAll();
    }

    /** Resets every connection and each new one until {@link #mend()}. */
    public synchronized void cutForNow() {
        refusing = true;
        cut();
    }

    /** Lets no byte through in either direction, though connections stay open, until {@link #mend()}. */
    public synchronized void stall() {
        stalled = true;
    }

    /**
     * Makes every byte late, and lets only so many through in a second, in each direction of each connection, until
     * {@link #mend()}.
     *
     * @param delay how late a read of bytes is handed on
     * @param rate bytes a second
     */
    public void slowDown(Duration delay, long rate) {
        delayNanos = delay.toNanos();
        bytesPerSecond = rate;
    }

    /** Changes one byte of what comes next, from whichever side. */
    public synchronized void corruptNext() {
        corruptions++;
    }

    /**
     * How often bytes are still to be changed.
     *
     * @return 0 when each {@link #corruptNext()} has met something
     */
    public synchronized int corruptionsLeft() {
        return corruptions;
    }

    /** Ends, in order and not by a reset, the connection of the client to which the broker says something next, amid that. */
    public synchronized void tearNext() {
        tears++;
    }

    /**
     * How many connections are still to be torn.
     *
     * @return 0 when each {@link #tearNext()} has met something
     */
    public synchronized int tearsLeft() {
        return tears;
    }

    /** Lets everything through again, fast and unchanged. */
    public synchronized void mend() {
        stalled = false;
        refusing = false;
        corruptions = 0;
        tears = 0;
        delayNanos = 0;
        bytesPerSecond = Long.MAX_VALUE;
        notifyAll();
    }

    /**
     * How many connections were let through so far.
     *
     * @return the number
     */
    public synchronized int links() {
        return linkCount;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            cut();
        }
        closeQuietly(listener);
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                // The proxy was closed.
                return;
            }
            connect(client);
        }
    }

    private void connect(Socket client) {
        Socket broker = new Socket();
        try {
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort), 5_000);
        } catch (IOException e) {
            // The broker is away: so the client finds its connection closed.
            reset(client);
            return;
        }
        Link link = new Link(client, broker);
        synchronized (this) {
            if (refusing || closed) {
                drop(link);
                return;
            }
            links.add(link);
            linkCount++;
        }
        startThread("fault-proxy-up", () -> pump(link, client, broker));
        startThread("fault-proxy-down", () -> pump(link, broker, client));
    }

    private void pump(Link link, Socket from, Socket to) {
        byte[] buffer = new byte[8_192];
        try {
            from.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                pace(count);
                awaitFlow();
                corrupt(buffer, count);
                link.passed(from);
                if (link.isTorn()) {
                    continue; // What the client says before it knows goes nowhere.
                }
                if (from == link.broker() && count > 1 && takeTear()) {
                    out.write(buffer, 0, count / 2);
                    tear(link);
                    return;
                }
                out.write(buffer, 0, count);
            }
            if (link.isTorn()) {
                closeQuietly(from);
            } else {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // One side is gone: so is the other.
            drop(link);
        }
    }

    private void drop(Link link) {
        if (link.isDroppedFirst()) {
            reset(link.client());
            dropBroker(link);
        }
    }

    private void tear(Link link) throws IOException {
        if (link.isDroppedFirst()) {
            link.setTorn();
            link.client().shutdownOutput();
            dropBroker(link);
        }
    }

    private void dropBroker(Link link) {
        if (link.isFresh()) {
            startThread("fault-proxy-end", link::endLater);
        } else {
            reset(link.broker());
        }
    }

    private void pace(int count) {
        long rate = bytesPerSecond;
        long nanos = delayNanos + (rate == Long.MAX_VALUE ? 0 : count * 1_000_000_000L / rate);
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized void corrupt(byte[] buffer, int count) {
        if (corruptions > 0) {
            corruptions--;
            buffer[count / 2] ^= 0x55;
        }
    }

    private synchronized boolean takeTear() {
        if (tears == 0) {
            return false;
        }
        tears--;
        return true;
    }

    private synchronized void awaitFlow() {
        while (stalled && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static void reset(Socket socket) {
        try {
            // Without this the peer would see an orderly end.
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // The socket is closed already, which is what is wanted.
            return;
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("A socket could not be closed", e);
        }
    }

    private void startThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
