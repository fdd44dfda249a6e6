package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Delivery;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's demand on an inbox. Signals are given one after the other by {@link #drain}, of which one is under way at
 * most: whoever adds to {@link #work} when it is 0 begins it, and the others only leave their mark. Rules in brackets are
 * those of the Reactive Streams specification.
 */
final class InboxSubscription implements Flow.Subscription {

    private static final System.Logger LOGGER = System.getLogger(InboxSubscription.class.getName());

    /** So many messages in a row, and then others on the executor have their turn. */
    private static final int BURST = 256;

    private final MessageInbox inbox;
    private final InboxHost host;
    private final AtomicLong demand = new AtomicLong();

    /** 1 from the beginning, so that nothing is signalled before {@code onSubscribe} has returned [1.3]. */
    private final AtomicInteger work = new AtomicInteger(1);

    private volatile Flow.@Nullable Subscriber<? super Delivery> subscriber;
    private volatile @Nullable Throwable violation;

    InboxSubscription(MessageInbox inbox, InboxHost host, Flow.Subscriber<? super Delivery> subscriber) {
        this.inbox = inbox;
        this.host = host;
        if (subscriber == null) {
            throw new NullPointerException("The subscriber is null [1.9]");
        }
        this.subscriber = subscriber;
    }

    void begin() {
        Flow.Subscriber<? super Delivery> present = subscriber;
        try {
            if (present != null) {
                present.onSubscribe(this);
            }
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.WARNING, "onSubscribe has thrown; the subscription is cancelled [2.13]", e);
            cancel();
        }
        if (work.decrementAndGet() > 0 || inbox.isClosed()) {
            work.incrementAndGet();
            host.execute(this::drain);
        }
    }

    /** For a second subscriber [1.9, 1.11]. */
    void refuse() {
        Flow.Subscriber<? super Delivery> present = subscriber;
        subscriber = null;
        if (present != null) {
            present.onSubscribe(this);
            present.onError(new IllegalStateException(
                    "The inbox has a subscriber already: cancel its subscription first, or use two inboxes"));
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            violation = new IllegalArgumentException(
                    "request(" + n + ") is not allowed: request 1 message or more [Reactive Streams 3.9]");
        } else {
            demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
        }
        schedule();
    }

    @Override
    public void cancel() {
        subscriber = null;
        inbox.ended(this);
    }

    /** Something may have changed. */
    void schedule() {
        if (subscriber != null && work.getAndIncrement() == 0) {
            host.execute(this::drain);
        }
    }

    private void drain() {
        int seen = work.get();
        while (seen != 0) {
            if (!signalNext()) {
                // Others have their turn; what is left to do is not forgotten, since work stays above 0.
                host.execute(this::drain);
                return;
            }
            seen = work.addAndGet(-seen);
        }
    }

    /** Signals what can be signalled; false if there may be more. */
    private boolean signalNext() {
        for (int i = 0; i < BURST; i++) {
            Flow.Subscriber<? super Delivery> present = subscriber;
            if (present == null || end(present) || demand.get() == 0) {
                return true;
            }
            Delivery delivery = inbox.next(this);
            if (delivery == null) {
                // It may have been closed meanwhile.
                return !inbox.isClosed();
            }
            demand.updateAndGet(have -> have == Long.MAX_VALUE ? have : have - 1);
            signal(present, delivery);
        }
        return false;
    }

    private void signal(Flow.Subscriber<? super Delivery> present, Delivery delivery) {
        try {
            present.onNext(delivery);
        } catch (Throwable e) {
            cancel();
            inbox.putBack(delivery);
            LOGGER.log(System.Logger.Level.WARNING, "onNext has thrown; the subscription is cancelled [2.13]", e);
            host.failed(delivery, e);
            return;
        }
        inbox.fetched(delivery);
    }

    /** Ends the subscription if there is a reason. */
    private boolean end(Flow.Subscriber<? super Delivery> present) {
        Throwable broken = violation;
        if (broken == null && !inbox.isClosed()) {
            return false;
        }
        cancel();
        try {
            if (broken != null) {
                present.onError(broken);
            } else {
                present.onComplete();
            }
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.WARNING, "A subscriber has thrown at the end of its subscription [2.13]", e);
        }
        return true;
    }
}
