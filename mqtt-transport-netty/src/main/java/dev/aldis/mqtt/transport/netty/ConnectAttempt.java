package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, and the end of the connection that comes of it.
 *
 * <p>The host name is looked up on a helper thread. Then each address is tried in turn until one is ready for use, TLS
 * included. One that does not answer within the Connection Attempt Delay is put off until the others have been tried, so
 * that a family of addresses without a way to the server costs hardly any time, as RFC 8305 wants it; it then has an equal
 * share of the time that is left. Everything but the lookup happens on the loop of the lease.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The outcome of each step comes as an event of the channel.
final class ConnectAttempt implements TransportAttempt {

    /** RFC 8305, section 5, lets it be 100 ms to 2 seconds. */
    private static final long CONNECTION_ATTEMPT_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Endpoint endpoint;
    private final NettyEventLoop lease;
    private final EventLoop loop;
    private final Delivery delivery;

    // Used on the loop only.
    private final Deque<SocketAddress> untried = new ArrayDeque<>();
    private final Set<SocketAddress> putOff = new HashSet<>();
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
        if (endpoint.proxy() == null) {
            passed(by);
        } else {
            phase = ConnectPhase.PASSING;
        }
    }

    /** The proxy, if there is one, has connected to the server. */
    void passed(NettyConnection by) {
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
        try {
            TlsOptions options = endpoint.tls();
            TlsContext context = options != null && endpoint.address() instanceof HostAddress host
                    ? TlsContext.of(options, host)
                    : null;
            List<SocketAddress> found = endpoint.nextHop().lookUp(endpoint.lookup());
            prepare(() -> lookedUp(context, found));
        } catch (Throwable thrown) {
            onLoop(() -> lookUpFailed(thrown));
        }
    }

    /** Lets the layer get what it needs, which may take long, and then goes on. */
    private void prepare(Runnable goOn) {
        ChannelLayer layer = endpoint.layer();
        if (layer == null) {
            onLoop(goOn);
            return;
        }
        onLoop(() -> phase = ConnectPhase.PREPARING);
        layer.prepare()
                .whenComplete((nothing, failure) -> onLoop(failure == null ? goOn : () -> lookUpFailed(failure)));
    }

    private void onLoop(Runnable result) {
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
            next = new ChannelSetup(endpoint, tls, lease.owner()).newConnection(this, delivery, address);
        } catch (Throwable thrown) {
            failures.add(explain(thrown));
            connectNext();
            return;
        }
        connection = next;
        long shareNanos = (deadlineNanos - System.nanoTime()) / (untried.size() + 1);
        boolean mayBePutOff = !untried.isEmpty() && !putOff.contains(address);
        if (mayBePutOff && shareNanos > CONNECTION_ATTEMPT_DELAY_NANOS) {
            timer = loop.schedule(
                    () -> putOff(next, address, shareNanos), CONNECTION_ATTEMPT_DELAY_NANOS, TimeUnit.NANOSECONDS);
        } else {
            timer = failLater(next, shareNanos);
        }
        loop.register(next.channel()).addListener(registered -> {
            if (registered.isSuccess()) {
                connect(next, address);
            } else {
                next.fail(explain(registered.cause()));
                ended(next);
            }
        });
    }

    private ScheduledFuture<?> failLater(NettyConnection by, long delayNanos) {
        return loop.schedule(
                () -> by.fail(Explanation.timeout(phase, endpoint)), Math.max(1, delayNanos), TimeUnit.NANOSECONDS);
    }

    private void putOff(NettyConnection by, SocketAddress address, long shareNanos) {
        if (phase == ConnectPhase.CONNECTING) {
            putOff.add(address);
            untried.add(address);
            connection = null;
            by.closeAtOnce();
            connectNext();
        } else {
            // It has answered, so it may take its time.
            timer = failLater(by, shareNanos - CONNECTION_ATTEMPT_DELAY_NANOS);
        }
    }

    private void connect(NettyConnection by, SocketAddress address) {
        // A proxy is told the server, and its handler knows the address of the proxy itself.
        SocketAddress target = endpoint.proxy() != null && endpoint.address() instanceof HostAddress server
                ? server.unresolved()
                : address;
        SocketAddress local = endpoint.address() instanceof HostAddress
                ? endpoint.socket().localAddress().orElse(null)
                : null;
        by.channel().connect(lease.owner().io().address(target), local).addListener(connected -> {
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
