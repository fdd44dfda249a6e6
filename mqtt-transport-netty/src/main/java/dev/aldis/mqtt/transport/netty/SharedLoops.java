package dev.aldis.mqtt.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that all connections of the process share: a few event loops, and helpers for what blocks. They come with
 * the first user and go with the last one; the next user after that finds new ones.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the threads to end.
final class SharedLoops {

    /** One loop drives some hundred thousand messages a second; the other processors belong to the application. */
    private static final int MOST_LOOPS = 4;

    private static final int MOST_LOOKUP_THREADS = 16;
    private static final long IDLE_HELPER_MILLIS = 1_000;
    private static final long LONGEST_SHUTDOWN_MILLIS = 2_000;

    private static final Object LOCK = new Object();
    private static @Nullable SharedLoops current;

    private final IoKind io = NativePart.chosen();
    private final int processors = Runtime.getRuntime().availableProcessors();
    private final DaemonThreads loopThreads = new DaemonThreads("aldis-mqtt-loop");
    private final ThreadPoolExecutor lookups = helpers("aldis-mqtt-lookup", MOST_LOOKUP_THREADS);
    private final ThreadPoolExecutor handshakes = helpers("aldis-mqtt-tls", processors);

    /*
     * Loops by hand and not a MultiThreadIoEventLoopGroup: the group listens to the end of its loops on Netty's global
     * executor, whose thread is no daemon and would keep the process alive for another second.
     */
    private final List<EventLoop> loops = new ArrayList<>();
    private int next;
    private int users;

    private SharedLoops() {}

    /** A loop for a new user, the next one in turn. */
    static NettyEventLoop acquire() {
        synchronized (LOCK) {
            if (current == null) {
                current = new SharedLoops();
            }
            return current.leaseNext();
        }
    }

    /** Another lease on a loop, which therefore outlives the lease given. */
    static NettyEventLoop acquireAgain(NettyEventLoop lease) {
        synchronized (LOCK) {
            if (lease.isReleased()) {
                throw new IllegalStateException("This event loop was released: acquire another one to connect");
            }
            return lease.owner().lease(lease.netty());
        }
    }

    /** Ends a lease, and every thread with the last one. */
    static void release(NettyEventLoop lease) {
        synchronized (LOCK) {
            if (lease.isReleased()) {
                return;
            }
            lease.markReleased();
            lease.owner().userLeft();
        }
    }

    /** For looking up host names and reading files, one task for each attempt to connect. */
    Executor lookups() {
        return lookups;
    }

    /** For the arithmetic of handshakes, apart from the lookups, so that a name server that is stuck does not hold them up. */
    Executor handshakes() {
        return handshakes;
    }

    /** What the channels on these loops have to be. */
    IoKind io() {
        return io;
    }

    private NettyEventLoop leaseNext() {
        // A loop costs a selector, so the second one is not opened before there is a second user.
        if (loops.size() < Math.min(processors, MOST_LOOPS)) {
            loops.add(new SingleThreadIoEventLoop(null, loopThreads, io.handlers()));
            return lease(loops.get(loops.size() - 1));
        }
        next = (next + 1) % loops.size();
        return lease(loops.get(next));
    }

    private NettyEventLoop lease(EventLoop loop) {
        users++;
        return new NettyEventLoop(this, loop);
    }

    private void userLeft() {
        users--;
        if (users > 0) {
            return;
        }
        current = null;
        loops.forEach(loop -> loop.shutdownGracefully(0, LONGEST_SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS));
        lookups.shutdown();
        handshakes.shutdown();
    }

    private static ThreadPoolExecutor helpers(String name, int most) {
        ThreadPoolExecutor helpers = new ThreadPoolExecutor(
                most,
                most,
                IDLE_HELPER_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                new DaemonThreads(name));
        helpers.allowCoreThreadTimeOut(true);
        return helpers;
    }
}
