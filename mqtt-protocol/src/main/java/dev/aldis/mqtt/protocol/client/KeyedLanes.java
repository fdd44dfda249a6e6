package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to handlers in parallel, those with the same key one after the other.
 *
 * <p>Each key that has messages has a lane. A lane is with one worker, or ready for the next free one, or pauses since a
 * handler failed; so a lane that takes long holds back nobody but itself, and one worker of those there are. The lock is held
 * for moments only, never while a handler runs, and never by the event loop.
 */
final class KeyedLanes {

    private static final System.Logger LOGGER = System.getLogger(KeyedLanes.class.getName());

    /** How many messages a worker handles in one lane while others are ready. */
    private static final int BURST = 32;

    private record Waiting(InboundMessage message, List<MessageHandler> handlers) {}

    private static final class Lane {
        final Object key;
        /** Guarded by the lock. */
        final Deque<Waiting> arrived = new ArrayDeque<>();
        /** The worker's. */
        final Deque<Waiting> taken = new ArrayDeque<>();
        /** The worker's. */
        final RetryPause pause = new RetryPause();
        /** The worker's: what is left to do with the message whose handler failed. */
        @Nullable
        HandlerCall failed;

        Lane(Object key) {
            this.key = key;
        }
    }

    private final Dispatch dispatch;
    private final HandlerExecutor executor;
    private final HandlerCall.Context context;
    private final Decisions decisions;
    private final Dispatcher.Reports reports;
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private int running;
    /** Written under the lock; a worker looks at it between two messages too. */
    private volatile boolean halted;

    private volatile boolean closed;

    KeyedLanes(Dispatch dispatch, HandlerExecutor executor, HandlerCall.Context context, Dispatcher.Reports reports) {
        this.dispatch = dispatch;
        this.executor = executor;
        this.context = context;
        this.decisions = context.manual().decisions();
        this.reports = reports;
    }

    /** Adds a message behind those with the same key. For one thread, so that the order is that of the calls. */
    void add(InboundMessage message, List<MessageHandler> handlers) {
        Object key = key(message);
        boolean start = false;
        synchronized (lock) {
            Lane lane = lanes.get(key);
            if (lane == null) {
                lane = new Lane(key);
                lanes.put(key, lane);
                ready.addLast(lane);
                start = claimWorker();
            }
            lane.arrived.addLast(new Waiting(message, handlers));
        }
        if (start) {
            executor.run(this::work);
        }
    }

    private Object key(InboundMessage message) {
        try {
            Object key = dispatch.key().apply(message);
            if (key != null) {
                return key;
            }
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOGGER.log(
                    System.Logger.Level.WARNING, "The key function failed for " + message + ", its topic is used", e);
        }
        return message.topic();
    }

    private boolean claimWorker() {
        if (halted || closed || running >= dispatch.parallelism()) {
            return false;
        }
        running++;
        return true;
    }

    /** Goes on after {@link Dispatcher.Reports#stop}. */
    void resume() {
        int start = 0;
        synchronized (lock) {
            halted = false;
            while (start < ready.size() && claimWorker()) {
                start++;
            }
        }
        for (; start > 0; start--) {
            executor.run(this::work);
        }
    }

    void close() {
        closed = true;
    }

    boolean isBusy() {
        return !workers.isEmpty();
    }

    boolean isWorker() {
        return workers.contains(Thread.currentThread());
    }

    // --- the workers

    private void work() {
        Thread self = Thread.currentThread();
        boolean outermost = workers.add(self);
        Reporter reporter = new Reporter(decisions, reports);
        try {
            for (Lane lane = nextLane(); lane != null; lane = nextLane()) {
                workOff(lane, reporter);
            }
        } finally {
            reporter.flush();
            if (outermost) {
                workers.remove(self);
            }
        }
        if (closed) {
            reports.ended();
        }
    }

    private @Nullable Lane nextLane() {
        synchronized (lock) {
            Lane lane = halted || closed ? null : ready.pollFirst();
            if (lane == null) {
                running--;
                return null;
            }
            for (int i = lane.taken.size(); i < BURST && !lane.arrived.isEmpty(); i++) {
                lane.taken.addLast(lane.arrived.removeFirst());
            }
            return lane;
        }
    }

    private void workOff(Lane lane, Reporter reporter) {
        HandlerCall failed = lane.failed;
        if (failed != null) {
            failed = failed.proceed(reporter);
            lane.failed = failed;
        }
        while (failed == null && !lane.taken.isEmpty() && !halted && !closed) {
            Waiting waiting = lane.taken.removeFirst();
            lane.pause.reset();
            failed = HandlerCall.make(context, waiting.message(), waiting.handlers(), reporter);
            lane.failed = failed;
        }
        if (failed == null) {
            giveBack(lane);
        } else if (context.failurePolicy() == HandlerFailurePolicy.STOP) {
            boolean first;
            synchronized (lock) {
                first = !halted;
                halted = true;
                ready.addFirst(lane);
            }
            if (first) {
                reports.stop();
            }
        } else {
            reports.resumeAfter(lane.pause.nextNanos(), () -> retry(lane));
        }
    }

    private void giveBack(Lane lane) {
        synchronized (lock) {
            if (lane.taken.isEmpty() && lane.arrived.isEmpty()) {
                lanes.remove(lane.key);
            } else {
                ready.addLast(lane);
            }
        }
    }

    private void retry(Lane lane) {
        boolean start;
        synchronized (lock) {
            ready.addLast(lane);
            start = claimWorker();
        }
        if (start) {
            executor.run(this::work);
        }
    }
}
