package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientListener;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages and events to the application, on an executor: one after the other, or messages by {@link KeyedLanes}.
 *
 * <p>The event loop hands work over in batches. One task at a time works them off, so everything below that is not final
 * or volatile belongs to that task. Changes of handlers travel the same way, and so take effect exactly where they stand
 * among the messages.
 */
final class Dispatcher {

    private static final System.Logger LOGGER = System.getLogger(Dispatcher.class.getName());

    /** Takes what the dispatcher has to say; called on any thread. */
    interface Reports {

        /** The application has decided on messages: {@link Dispatcher#decisions()} has them. */
        void decided();

        /** Run a task of the dispatcher after a pause, on any thread. */
        void resumeAfter(long delayNanos, Runnable task);

        /** A handler failed and the client is to disconnect. */
        void stop();

        /** The dispatcher was closed and the last handler has returned. */
        void ended();
    }

    private final HandlerExecutor executor;
    private final HandlerFailurePolicy failurePolicy;
    private final ClientListener listener;
    private final Reports reports;
    private final Decisions decisions = new Decisions();

    private final Queue<List<Object>> batches = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    private final HandlerTable handlers;
    private final @Nullable List<MessageHandler> unmatchedHandler;
    private final UnmatchedMessages unmatched;
    private final HandlerCall.Context context;
    private final @Nullable KeyedLanes lanes;
    private final Reporter reporter;
    private List<Object> batch = List.of();
    private int position;

    /** What is left to do with the message whose handler failed. */
    private @Nullable HandlerCall failed;

    private final RetryPause pause = new RetryPause();

    Dispatcher(Executor executor, ClientConfiguration configuration, Refusals refusals, Reports reports) {
        this.executor = new HandlerExecutor(executor, reports);
        this.failurePolicy = configuration.handlerFailurePolicy();
        this.listener = configuration.listener();
        this.reports = reports;
        this.reporter = new Reporter(decisions, reports);
        this.unmatchedHandler = configuration.unmatchedHandler().map(List::of).orElse(null);
        this.handlers = new HandlerTable(configuration.receiveOptions().copiesMerged());
        this.unmatched = new UnmatchedMessages(configuration.receiveOptions().unmatched(), this::tell);
        boolean ordered = configuration.receiveOptions().dispatch().parallelism() == 1;
        ManualDecisions manual = new ManualDecisions(decisions, refusals, reports);
        // The listener hears one event at a time, and in lanes handlers fail on several threads.
        this.context = new HandlerCall.Context(
                failurePolicy, manual, ordered ? this::tell : event -> handOver(List.of(event)));
        this.lanes = ordered
                ? null
                : new KeyedLanes(configuration.receiveOptions().dispatch(), this.executor, context, reports);
    }

    /** A change of handlers, in its place among the messages. */
    record HandlerChange(
            List<TopicFilter> filters,
            @Nullable MessageHandler handler,
            int subscriptionIdentifier,
            boolean subscribed,
            long number) {

        /** A handler that does not subscribe. */
        static HandlerChange declared(TopicFilter filter, MessageHandler handler, long number) {
            List<TopicFilter> filters = List.of(filter);
            return new HandlerChange(filters, handler, SubscriptionIdentifiers.of(filters), false, number);
        }

        /** A handler of subscriptions. */
        static HandlerChange subscribed(List<TopicFilter> filters, MessageHandler handler, long number) {
            return new HandlerChange(filters, handler, SubscriptionIdentifiers.of(filters), true, number);
        }

        /** The end of handlers, but for those that were registered after this one. */
        static HandlerChange removed(List<TopicFilter> filters, long lastNumber) {
            return new HandlerChange(filters, null, 0, false, lastNumber);
        }
    }

    /**
     * Handlers get what came up to a delivery, and no later message, whatever brings it. They are removed when all that came
     * before has been handed over.
     */
    record HandlerEnd(List<TopicFilter> filters, long lastNumber, long lastDelivery) {}

    /** An inbox is closed: it takes no more, and what it has left goes to other handlers. */
    record Detachment(MessageInbox inbox) {}

    // --- any thread

    HandlerExecutor executor() {
        return executor;
    }

    /** What the application has decided on messages. */
    Decisions decisions() {
        return decisions;
    }

    /** Hands over messages, events and changes of handlers. The list belongs to the dispatcher from now on. */
    void handOver(List<Object> items) {
        batches.add(items);
        if (work.getAndIncrement() == 0) {
            start();
        }
    }

    /** Goes on after {@link Reports#stop}. */
    void resume() {
        if (lanes != null) {
            lanes.resume();
        } else {
            start();
        }
    }

    private void start() {
        executor.run(this::workOff);
    }

    /** Hands nothing over any more. What is under way ends by itself. */
    void close() {
        closed = true;
        executor.close();
        if (lanes != null) {
            lanes.close();
        }
    }

    /** Whether a handler or listener is running. */
    boolean isBusy() {
        return worker != null || (lanes != null && lanes.isBusy());
    }

    /** Whether the caller keeps all messages behind his own from being handed over. */
    boolean isHoldingAll() {
        return worker == Thread.currentThread();
    }

    /** Whether the caller is a handler or listener of this client. */
    boolean isWorker() {
        return worker == Thread.currentThread() || (lanes != null && lanes.isWorker());
    }

    // --- the one task

    private void workOff() {
        boolean paused = false;
        boolean working = true;
        worker = Thread.currentThread();
        try {
            int taken = work.get();
            while (!paused && taken != 0) {
                paused = workOffBatches();
                if (!paused) {
                    // Before the count says so, since then the next task may begin, on another thread.
                    worker = null;
                    working = false;
                    taken = work.addAndGet(-taken);
                }
                if (!paused && taken != 0) {
                    worker = Thread.currentThread();
                    working = true;
                }
            }
        } finally {
            if (working) {
                reporter.flush();
                worker = null;
            }
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
        } else {
            reports.resumeAfter(pause.nextNanos(), this::start);
        }
    }

    /** True if a handler failed and the rest has to wait. */
    private boolean workOffBatches() {
        while (!closed) {
            if (retryFailed() || handleHeld()) {
                return true;
            }
            if (position < batch.size()) {
                if (handle(batch.get(position++))) {
                    return true;
                }
                continue;
            }
            List<Object> following = batches.poll();
            if (following == null) {
                break;
            }
            batch = following;
            position = 0;
        }
        reporter.flush();
        return false;
    }

    private boolean handle(Object item) {
        if (item instanceof InboundMessage message) {
            List<MessageHandler> matching = matching(message);
            if (matching == null) {
                unmatched.add(message, reporter);
                return false;
            }
            return deliver(message, matching);
        }
        if (item instanceof ClientEvent event) {
            tell(event);
        } else if (item instanceof HandlerChange change) {
            changeHandlers(change);
        } else if (item instanceof HandlerEnd end) {
            handlers.end(end.filters(), end.lastNumber(), end.lastDelivery());
        } else if (item instanceof Detachment detachment) {
            detach(detachment.inbox());
        }
        return false;
    }

    private void detach(MessageInbox inbox) {
        handlers.remove(inbox);
        for (Delivery left : inbox.removeAll()) {
            if (left instanceof ManualDelivery delivery) {
                InboundMessage message = delivery.giveUp();
                if (message != null) {
                    unmatched.tryAgain(message);
                }
            }
        }
    }

    private @Nullable List<MessageHandler> matching(InboundMessage message) {
        List<MessageHandler> matching = handlers.match(message);
        return matching == null ? unmatchedHandler : matching;
    }

    private void changeHandlers(HandlerChange change) {
        MessageHandler handler = change.handler();
        if (handler == null) {
            handlers.remove(change.filters(), change.number());
            return;
        }
        handlers.put(change.filters(), handler, change.subscriptionIdentifier(), change.subscribed(), change.number());
        unmatched.tryAgain();
    }

    /** Messages that were held and may have a handler now, before all later ones. */
    private boolean handleHeld() {
        for (InboundMessage message = unmatched.nextAgain(); message != null; message = unmatched.nextAgain()) {
            List<MessageHandler> matching = matching(message);
            if (matching == null) {
                unmatched.addAgain(message, reporter);
            } else if (deliver(message, matching)) {
                return true;
            }
        }
        return false;
    }

    private boolean deliver(InboundMessage message, List<MessageHandler> matching) {
        if (matching.isEmpty()) {
            reporter.decided(message, null); // Each handler has had a copy of it.
            return false;
        }
        if (lanes != null) {
            lanes.add(message, matching);
            return false;
        }
        failed = HandlerCall.make(context, message, matching, reporter);
        return failed != null;
    }

    private boolean retryFailed() {
        HandlerCall call = failed;
        if (call == null) {
            return false;
        }
        failed = call.proceed(reporter);
        if (failed == null) {
            pause.reset();
        }
        return failed != null;
    }

    private void tell(ClientEvent event) {
        try {
            listener.on(event);
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.WARNING, "The listener failed for " + event, e);
        }
    }
}
