package dev.aldis.mqtt.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a host, connected to in the manner of RFC 8305, section 5: one after the other with the Connection
 * Attempt Delay between them, or at once when one fails, and all of those that have begun go on. The first to connect wins,
 * and the others are closed; should the winner fail later, in the TLS handshake for example, those are tried again. Used on
 * one loop only.
 */
final class AddressRace {

    /** What RFC 8305, section 5, recommends. */
    static final long CONNECTION_ATTEMPT_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ConnectAttempt attempt;
    private final EventLoop loop;
    private final boolean parallel;
    private final int addresses;

    /** In the order of addresses, like the failures. */
    private final PriorityQueue<Entry> untried = new PriorityQueue<>(Comparator.comparingInt(Entry::place));

    private final SortedMap<Integer, Throwable> failures = new TreeMap<>();
    private final Map<NettyConnection, Entry> running = new HashMap<>();
    private @Nullable ScheduledFuture<?> timer;

    /**
     * A race that has not begun.
     *
     * @param parallel false where only one connection at a time can be had
     */
    AddressRace(ConnectAttempt attempt, List<SocketAddress> addresses, boolean parallel) {
        this.attempt = attempt;
        this.loop = attempt.loop();
        this.parallel = parallel;
        this.addresses = addresses.size();
        for (SocketAddress address : addresses) {
            untried.add(new Entry(untried.size(), address));
        }
    }

    /** Begins with the next address, if there is one, and lets the one after it follow in time. */
    void startNext() {
        cancelTimer();
        Entry next = untried.poll();
        if (next == null) {
            return;
        }
        NettyConnection connection;
        try {
            connection = attempt.newConnection(next.address());
        } catch (Throwable thrown) {
            failures.put(next.place(), attempt.explain(thrown));
            startNext();
            return;
        }
        running.put(connection, next);
        if (!untried.isEmpty()) {
            timer = parallel
                    ? loop.schedule(this::startNext, CONNECTION_ATTEMPT_DELAY_NANOS, TimeUnit.NANOSECONDS)
                    : attempt.failLater(connection, untried.size() + 1);
        }
        attempt.connect(connection, next.address());
    }

    /**
     * Ends the race with a winner, unless it has ended before.
     *
     * @return how many other addresses are left, should the winner fail; negative if this one was too late
     */
    int win(NettyConnection by) {
        Entry winner = running.remove(by);
        if (winner == null) {
            return -1;
        }
        cancelTimer();
        untried.addAll(running.values());
        List<NettyConnection> losers = List.copyOf(running.keySet());
        running.clear();
        running.put(by, winner);
        losers.forEach(NettyConnection::closeAtOnce);
        return untried.size();
    }

    /** Whether this connection runs or has won, so that its end is of interest. */
    boolean counts(NettyConnection connection) {
        return running.containsKey(connection);
    }

    /** A connection that {@linkplain #counts counts} has failed, and is closed. */
    void failed(NettyConnection by, Throwable cause) {
        Entry entry = running.remove(by);
        if (entry != null) {
            failures.put(entry.place(), cause);
        }
    }

    /** Whether no connection is left. */
    boolean isIdle() {
        return running.isEmpty();
    }

    /** Whether there is nothing left to try. */
    boolean isLost() {
        return running.isEmpty() && untried.isEmpty();
    }

    /** What to tell when the race {@linkplain #isLost is lost}. */
    Throwable failure() {
        return Explanation.ofAll(List.copyOf(failures.values()), addresses);
    }

    /** Begins with no other address, and closes what there is. */
    void giveUp() {
        stop();
        List.copyOf(running.keySet()).forEach(NettyConnection::closeAtOnce);
    }

    /** Begins with no other address, and fails what there is. */
    void timeOut() {
        stop();
        List.copyOf(running.keySet()).forEach(attempt::failInTime);
    }

    private void stop() {
        cancelTimer();
        untried.clear();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private record Entry(int place, SocketAddress address) {}
}
