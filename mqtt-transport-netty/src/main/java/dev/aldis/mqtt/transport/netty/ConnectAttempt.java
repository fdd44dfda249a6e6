package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, and the end of the connection that comes of it.
 *
 * <p>The host name is looked up on a helper thread. Then its addresses {@linkplain AddressRace race}, and the first that
 * connects goes on: with the proxy, TLS and the layer above, for which it has an equal share of the time that is left, so
 * that another address can be tried if it fails. Everything but the lookup happens on the loop of the lease.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The outcome of each step comes as an event of the channel.
final class ConnectAttempt implements TransportAttempt {

    private final Endpoint endpoint;
    private final NettyEventLoop lease;
    private final EventLoop loop;
    private final Delivery delivery;

    // Used on the loop only.
    private ConnectPhase phase = ConnectPhase.LOOKING_UP;
    private long deadlineNanos;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> share;
    private @Nullable TlsContext tls;
    private @Nullable AddressRace race;

    /** The winner of the race. */
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
            deadline = loop.schedule(this::timedOut, timeoutNanos, TimeUnit.NANOSECONDS);
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
        if (cancelled || race == null) {
            return;
        }
        int left = race.win(by);
        if (left < 0) {
            by.closeAtOnce();
            return;
        }
        connection = by;
        if (left > 0) {
            share = failLater(by, left + 1);
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
            cancelTimers();
            phase = ConnectPhase.OPEN;
            by.open();
        }
    }

    /** The channel is closed and has nothing more to say. */
    void ended(NettyConnection by) {
        if (race == null || !race.counts(by)) {
            return;
        }
        Throwable failure = by.failure();
        if (phase == ConnectPhase.OPEN) {
            finish(failure);
            return;
        }
        race.failed(by, failure == null ? explain(new ClosedChannelException()) : failure);
        if (cancelled) {
            if (race.isIdle()) {
                finish(null);
            }
        } else {
            connection = null;
            cancelShare();
            phase = ConnectPhase.CONNECTING;
            goOn(race);
        }
    }

    /** Says in words that help what went wrong. */
    Throwable explain(Throwable cause) {
        return Explanation.of(cause, phase, endpoint);
    }

    /** For the race, like the next ones. */
    NettyConnection newConnection(SocketAddress address) {
        return new ChannelSetup(endpoint, tls, lease.owner()).newConnection(this, delivery, address);
    }

    /** Gives a connection one of so many equal shares of the time that is left. */
    ScheduledFuture<?> failLater(NettyConnection by, int shares) {
        long leftNanos = deadlineNanos - System.nanoTime();
        return loop.schedule(() -> failInTime(by), Math.max(1, leftNanos / shares), TimeUnit.NANOSECONDS);
    }

    void failInTime(NettyConnection by) {
        by.fail(Explanation.timeout(phase, endpoint));
    }

    void connect(NettyConnection by, SocketAddress address) {
        loop.register(by.channel()).addListener(registered -> {
            if (registered.isSuccess()) {
                connectRegistered(by, address);
            } else {
                by.fail(explain(registered.cause()));
                ended(by);
            }
        });
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
            phase = ConnectPhase.CONNECTING;
            race = new AddressRace(this, found, !hasFixedPort());
            goOn(race);
        }
    }

    private void lookUpFailed(Throwable cause) {
        if (!over) {
            finish(explain(cause));
        }
    }

    private void timedOut() {
        if (race == null) {
            finish(Explanation.timeout(phase, endpoint));
        } else {
            race.timeOut();
        }
    }

    private void goOn(AddressRace addresses) {
        addresses.startNext();
        if (addresses.isLost()) {
            finish(addresses.failure());
        }
    }

    /** Two connections cannot come from one port of this machine. */
    private boolean hasFixedPort() {
        return localAddress() instanceof InetSocketAddress local && local.getPort() != 0;
    }

    private @Nullable SocketAddress localAddress() {
        return endpoint.address() instanceof HostAddress
                ? endpoint.socket().localAddress().orElse(null)
                : null;
    }

    private void connectRegistered(NettyConnection by, SocketAddress address) {
        // A proxy is told the server, and its handler knows the address of the proxy itself.
        SocketAddress target = endpoint.proxy() != null && endpoint.address() instanceof HostAddress server
                ? server.unresolved()
                : address;
        by.channel().connect(lease.owner().io().address(target), localAddress()).addListener(connected -> {
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
        AddressRace addresses = race;
        NettyConnection current = connection;
        if (addresses == null || addresses.isIdle()) {
            finish(null);
        } else if (phase == ConnectPhase.OPEN && current != null) {
            current.closeInOrder();
        } else {
            addresses.giveUp();
        }
    }

    private void finish(@Nullable Throwable cause) {
        over = true;
        cancelTimers();
        delivery.closed(cause, lease::release);
    }

    private void cancelTimers() {
        cancelShare();
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void cancelShare() {
        if (share != null) {
            share.cancel(false);
            share = null;
        }
    }
}
