package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, and the end of the connection that comes of it.
 *
 * <p>The host name is looked up on a helper thread. Then each address is tried in turn until one is ready for use, TLS
 * included; an address has an equal share of the time that is left, so that one that does not answer leaves time for
 * the others. Everything but the lookup happens on the loop of the lease.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The outcome of each step comes as an event of the channel.
final class ConnectAttempt implements TransportAttempt {

    /**
     * Bytes waiting to be sent: unwritable above the one, writable again below the other. Enough for the largest burst
     * of a turn of the client's loop and for what a fast link sends in a few milliseconds, yet small beside a heap even
     * with many connections.
     */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** A read buffer grows while reads fill it: an idle connection stays small, a busy one needs few system calls. */
    private static final int SMALLEST_READ = 512;

    private static final int FIRST_READ = 4 << 10;
    private static final int LARGEST_READ = 256 << 10;

    private final Endpoint endpoint;
    private final NettyEventLoop lease;
    private final EventLoop loop;
    private final Delivery delivery;

    // Used on the loop only.
    private final Deque<SocketAddress> untried = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private ConnectPhase phase = ConnectPhase.LOOKING_UP;
    private long deadlineNanos;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable TlsContext tls;
    private @Nullable NettyConnection connection;
    private boolean cancelled;
    private boolean over;

    /**
     * An attempt that has not begun.
     *
     * @param lease released when the listener has been told of the end
     */
    ConnectAttempt(Endpoint endpoint, NettyEventLoop lease, Delivery delivery) {
        this.endpoint = endpoint;
        this.lease = lease;
        this.loop = lease.netty();
        this.delivery = delivery;
    }

    void start() {
        loop.execute(() -> {
            long timeoutNanos = endpoint.timeoutNanos();
            deadlineNanos = System.nanoTime() + timeoutNanos;
            timer = loop.schedule(this::lookUpTimedOut, timeoutNanos, TimeUnit.NANOSECONDS);
            lease.owner().lookups().execute(this::lookUp);
        });
    }

    @Override
    public void cancel() {
        if (delivery.isOver()) {
            return;
        }
        delivery.mute();
        // Never at once, because the listener is not to be called from inside its own call.
        loop.execute(this::giveUp);
    }

    EventLoop loop() {
        return loop;
    }

    void established(NettyConnection by) {
        if (by != connection || cancelled) {
            return;
        }
        if (tls == null) {
            secured(by);
        } else {
            phase = ConnectPhase.SECURING;
        }
    }

    void secured(NettyConnection by) {
        if (by != connection || cancelled) {
            return;
        }
        if (endpoint.layer() == null) {
            agreed(by);
        } else {
            phase = ConnectPhase.AGREEING;
        }
    }

    void agreed(NettyConnection by) {
        if (by == connection && !cancelled) {
            cancelTimer();
            phase = ConnectPhase.OPEN;
            by.open();
        }
    }

    /** The channel is closed and has nothing more to say. */
    void ended(NettyConnection by) {
        if (by != connection) {
            return;
        }
        connection = null;
        Throwable failure = by.failure();
        if (phase == ConnectPhase.OPEN) {
            finish(failure);
        } else if (cancelled) {
            finish(null);
        } else {
            failures.add(failure == null ? explain(new ClosedChannelException()) : failure);
            connectNext();
        }
    }

    /** Says in words that help what went wrong. */
    Throwable explain(Throwable cause) {
        return Explanation.of(cause, phase, endpoint);
    }

    private void lookUp() {
        Runnable result;
        try {
            TlsOptions options = endpoint.tls();
            TlsContext context = options != null && endpoint.address() instanceof HostAddress host
                    ? TlsContext.of(options, host)
                    : null;
            List<SocketAddress> found = endpoint.address().lookUp(endpoint.lookup());
            result = () -> lookedUp(context, found);
        } catch (Throwable thrown) {
            result = () -> lookUpFailed(thrown);
        }
        try {
            loop.execute(result);
        } catch (RejectedExecutionException late) {
            // The attempt was given up meanwhile, and its loop with it.
            assert loop.isShuttingDown();
        }
    }

    private void lookedUp(@Nullable TlsContext context, List<SocketAddress> found) {
        if (!over) {
            tls = context;
            untried.addAll(found);
            connectNext();
        }
    }

    private void lookUpFailed(Throwable cause) {
        if (!over) {
            finish(explain(cause));
        }
    }

    private void lookUpTimedOut() {
        finish(Explanation.timeout(phase, endpoint));
    }

    private void connectNext() {
        cancelTimer();
        SocketAddress address = untried.poll();
        if (address == null) {
            finish(Explanation.ofAll(failures));
            return;
        }
        phase = ConnectPhase.CONNECTING;
        NettyConnection next;
        try {
            next = newConnection();
        } catch (Throwable thrown) {
            failures.add(explain(thrown));
            connectNext();
            return;
        }
        connection = next;
        long shareNanos = (deadlineNanos - System.nanoTime()) / (untried.size() + 1);
        timer = loop.schedule(
                () -> next.fail(Explanation.timeout(phase, endpoint)), Math.max(1, shareNanos), TimeUnit.NANOSECONDS);
        loop.register(next.channel()).addListener(registered -> {
            if (registered.isSuccess()) {
                connect(next, address);
            } else {
                next.fail(explain(registered.cause()));
                ended(next);
            }
        });
    }

    private NettyConnection newConnection() {
        Channel channel = endpoint.address().newChannel();
        ChannelConfig config = channel.config();
        // When a write fails, what the peer said before is still read.
        config.setAutoClose(false);
        // The attempt has its own timer, which covers more.
        config.setConnectTimeoutMillis(0);
        config.setWriteBufferWaterMark(WATER_MARKS);
        config.setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ));
        ChannelLayer layer = endpoint.layer();
        NettyConnection next = new NettyConnection(this, delivery, channel, layer);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(
                tls == null
                        ? new TlsAlertGuard(endpoint.address())
                        : tls.newHandler(channel.alloc(), lease.owner().handshakes()));
        if (layer != null) {
            layer.addTo(pipeline);
        }
        pipeline.addLast(next);
        return next;
    }

    private void connect(NettyConnection by, SocketAddress address) {
        by.channel().connect(address).addListener(connected -> {
            if (!connected.isSuccess()) {
                by.fail(explain(connected.cause()));
            }
        });
    }

    private void giveUp() {
        cancelled = true;
        if (over) {
            return;
        }
        NettyConnection current = connection;
        if (current == null) {
            finish(null);
        } else if (phase == ConnectPhase.OPEN) {
            current.closeInOrder();
        } else {
            current.closeAtOnce();
        }
    }

    private void finish(@Nullable Throwable cause) {
        over = true;
        cancelTimer();
        delivery.closed(cause, lease::release);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
