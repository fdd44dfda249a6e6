package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientListener;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages and events to the application, one after the other, on an executor.
 *
 * <p>The event loop hands work over in batches. One task at a time works them off, so everything below that is not final
 * or volatile belongs to that task. Changes of handlers travel the same way, and so take effect exactly where they stand
 * among the messages.
 */
final class Dispatcher {

    private static final System.Logger LOGGER = System.getLogger(Dispatcher.class.getName());

    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    /** Accepted messages are reported at the latest when this many have gathered or this time has passed. */
    private static final int REPORT_COUNT = 256;

    private static final long REPORT_NANOS = 1_000_000L;

    /** How many QoS 0 messages without a handler are held; the others are bounded by the Receive Maximum. */
    private static final int HELD_QOS0 = 1_000;

    /** Takes what the application has done with messages; called on the dispatcher's thread. */
    interface Reports {

        /** These messages were taken; {@code handled} counts those of QoS 0 too. */
        void accepted(List<InboundMessage> messages, int handled);

        /** Continue after a pause. */
        void resumeAfter(long delayNanos);

        /** A handler failed and the client is to disconnect. */
        void stop();

        /** The dispatcher was closed and the last handler has returned. */
        void ended();
    }

    private final Executor executor;
    private final HandlerFailurePolicy failurePolicy;
    private final ClientListener listener;
    private final Reports reports;
    private final Recorder recorder = Observation.recorder();

    private final Queue<List<Object>> batches = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    private final FilterTree<MessageHandler> handlers = new FilterTree<>();
    private final Deque<InboundMessage> held = new ArrayDeque<>();
    private int heldQos0;
    private List<Object> batch = List.of();
    private int position;

    /** The message whose handler failed, and the handlers that have not had it successfully. */
    private @Nullable InboundMessage failed;

    private List<MessageHandler> failedHandlers = List.of();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    private List<InboundMessage> accepted = new ArrayList<>();
    private int handled;
    private long lastReportNanos;

    Dispatcher(Executor executor, HandlerFailurePolicy failurePolicy, ClientListener listener, Reports reports) {
        this.executor = executor;
        this.failurePolicy = failurePolicy;
        this.listener = listener;
        this.reports = reports;
    }

    /** A change of handlers, in its place among the messages. */
    record HandlerChange(
            List<TopicFilter> filters, @Nullable MessageHandler handler) {}

    // --- any thread

    /** Hands over messages, events and changes of handlers. The list belongs to the dispatcher from now on. */
    void handOver(List<Object> items) {
        batches.add(items);
        if (work.getAndIncrement() == 0) {
            start();
        }
    }

    /** Goes on after a pause that {@link Reports#resumeAfter} or {@link Reports#stop} began. */
    void resume() {
        start();
    }

    private void start() {
        try {
            executor.execute(this::workOff);
        } catch (RejectedExecutionException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "The executor for handlers refused a task; messages wait and are tried again",
                    e);
            if (!closed) {
                reports.resumeAfter(LONGEST_PAUSE_NANOS / 30);
            }
        }
    }

    /** Hands nothing over any more. What is under way ends by itself. */
    void close() {
        closed = true;
    }

    /** Whether a handler or listener is running. */
    boolean isBusy() {
        return worker != null;
    }

    /** Whether the caller is a handler or listener of this client. */
    boolean isWorker() {
        return worker == Thread.currentThread();
    }

    // --- the one task

    private void workOff() {
        worker = Thread.currentThread();
        lastReportNanos = System.nanoTime();
        boolean paused = false;
        try {
            int taken = work.get();
            while (!paused && taken != 0) {
                paused = workOffBatches();
                if (!paused) {
                    taken = work.addAndGet(-taken);
                }
            }
        } finally {
            report();
            worker = null;
        }
        if (closed) {
            reports.ended();
        } else if (paused) {
            // Only now, since the next task may begin as soon as this is said.
            pause();
        }
    }

    private void pause() {
        if (failurePolicy == HandlerFailurePolicy.STOP) {
            reports.stop();
            return;
        }
        long delayNanos = pauseNanos;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, delayNanos * 2);
        reports.resumeAfter(delayNanos);
    }

    /** True if a handler failed and the rest has to wait. */
    private boolean workOffBatches() {
        if (failed != null && retryFailed()) {
            return true;
        }
        while (!closed) {
            while (position < batch.size() && !closed) {
                if (handle(batch.get(position++))) {
                    return true;
                }
            }
            List<Object> following = batches.poll();
            if (following == null) {
                break;
            }
            batch = following;
            position = 0;
        }
        report();
        return false;
    }

    private boolean handle(Object item) {
        if (item instanceof InboundMessage message) {
            return deliver(message, handlers.match(message.topic()));
        }
        if (item instanceof ClientEvent event) {
            tell(event);
            return false;
        }
        return item instanceof HandlerChange change && changeHandlers(change);
    }

    private boolean changeHandlers(HandlerChange change) {
        for (TopicFilter filter : change.filters()) {
            if (change.handler() == null) {
                handlers.remove(filter);
            } else {
                handlers.put(filter, change.handler());
            }
        }
        if (change.handler() == null) {
            return false;
        }
        for (int count = held.size(); count > 0; count--) {
            InboundMessage message = held.removeFirst();
            heldQos0 -= message.qos() == QoS.AT_MOST_ONCE ? 1 : 0;
            if (deliver(message, handlers.match(message.topic()))) {
                return true;
            }
        }
        return false;
    }

    private boolean deliver(InboundMessage message, List<MessageHandler> matching) {
        if (matching.isEmpty()) {
            hold(message);
            return false;
        }
        for (int i = 0; i < matching.size(); i++) {
            try {
                handle(matching.get(i), message);
            } catch (Exception | LinkageError | AssertionError e) {
                if (handleFailure(message, matching.subList(i, matching.size()), e)) {
                    return true;
                }
            }
        }
        accept(message);
        return false;
    }

    private void handle(MessageHandler handler, InboundMessage message) throws Exception {
        Object event = recorder.beginHandler();
        try {
            handler.handle(message);
        } finally {
            recorder.endHandler(event, message.topic().toString());
        }
    }

    private void hold(InboundMessage message) {
        boolean qos0 = message.qos() == QoS.AT_MOST_ONCE;
        if (qos0 && heldQos0 >= HELD_QOS0) {
            handled++;
        } else {
            heldQos0 += qos0 ? 1 : 0;
            held.addLast(message);
        }
        tell(new ClientEvent.Unmatched(message));
    }

    private void accept(InboundMessage message) {
        handled++;
        if (message.qos() != QoS.AT_MOST_ONCE) {
            accepted.add(message);
        }
        if (accepted.size() >= REPORT_COUNT || System.nanoTime() - lastReportNanos >= REPORT_NANOS) {
            report();
        }
    }

    private void report() {
        lastReportNanos = System.nanoTime();
        if (handled == 0) {
            return;
        }
        reports.accepted(accepted, handled);
        accepted = new ArrayList<>();
        handled = 0;
    }

    /** True if the message has to wait, and the rest behind it. */
    private boolean handleFailure(InboundMessage message, List<MessageHandler> left, Throwable failure) {
        LOGGER.log(System.Logger.Level.WARNING, "The handler failed for " + message, failure);
        tell(new ClientEvent.HandlerFailed(message, failure));
        if (failurePolicy == HandlerFailurePolicy.SKIP) {
            return false;
        }
        failed = message;
        failedHandlers = List.copyOf(left);
        message.markRedelivered();
        return true;
    }

    private boolean retryFailed() {
        InboundMessage message = failed;
        if (message == null || closed) {
            return false;
        }
        failed = null;
        if (deliver(message, failedHandlers)) {
            return true;
        }
        pauseNanos = FIRST_PAUSE_NANOS;
        return false;
    }

    private void tell(ClientEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOGGER.log(System.Logger.Level.WARNING, "The listener failed for " + event, e);
        }
    }
}
