package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A publish: queue node, state and future in one object. */
final class PublishOperation extends Publication implements MessageOperation {

    /** Stands in place of an operation whose end was told already. */
    static final Object TOLD = new Object();

    private final ClientLoop loop;
    private final OutboundMessage outbound;
    private @Nullable QueueNode next;
    private volatile PublicationState state = PublicationState.QUEUED;
    private volatile @Nullable LoopFuture<Void> stored;
    private EventLoop.@Nullable Timer timer;

    /** Whoever left the message to the store and has not heard yet that it is there. */
    private @Nullable EnqueueOperation enqueued;

    PublishOperation(ClientLoop loop, OutboundMessage outbound) {
        this.loop = loop;
        this.outbound = outbound;
        outbound.attach(this);
    }

    /** The operation of a message that an earlier run or {@link ProtocolClient#enqueue} has left; on the loop. */
    static PublishOperation restored(ClientLoop loop, OutboundMessage outbound) {
        EnqueueOperation earlier = outbound.operation() instanceof EnqueueOperation waiting ? waiting : null;
        PublishOperation operation = new PublishOperation(loop, outbound);
        operation.enqueued = earlier;
        operation.state = switch (outbound.phase()) {
            case QUEUED, DONE -> earlier == null ? PublicationState.STORED : PublicationState.QUEUED;
            case IN_FLIGHT -> PublicationState.SENT;
            case RELEASED -> PublicationState.RELEASED;
        };
        return operation;
    }

    @Override
    public @Nullable QueueNode nextNode() {
        return next;
    }

    @Override
    public void nextNode(@Nullable QueueNode node) {
        next = node;
    }

    @Override
    public void run() {
        loop.engine().publish(outbound);
        begun();
    }

    /** The engine has the message; on the loop. */
    void begun() {
        PublishOptions options = outbound.options();
        if (options != PublishOptions.NONE && !isDone()) {
            options.timeout()
                    .ifPresent(timeout -> timer = loop.eventLoop().schedule(this::timeOver, timeout.toNanos()));
        }
    }

    private void timeOver() {
        timer = null;
        if (outbound.operation() == this && !isDone()) {
            loop.timeOut(outbound, this);
        }
    }

    private void cancelTimer() {
        EventLoop.Timer present = timer;
        if (present != null) {
            present.cancel();
            timer = null;
        }
    }

    @Override
    public void abort(MqttException cause) {
        fail(PublicationState.CLOSED, cause);
    }

    // --- for the loop

    @Override
    public void handleSent() {
        state = PublicationState.SENT;
    }

    @Override
    public void handleReleased() {
        state = PublicationState.RELEASED;
    }

    @Override
    public void handleStored() {
        outbound.options().checkpoint().ifPresent(loop.status()::checkpointStored);
        storedEnqueued();
        if (state == PublicationState.QUEUED) {
            state = PublicationState.STORED;
        }
        LoopFuture<Void> future = stored;
        if (future != null) {
            loop.completions().run(() -> future.complete(null));
        }
    }

    private void storedEnqueued() {
        EnqueueOperation waiting = enqueued;
        enqueued = null;
        if (waiting != null) {
            waiting.handleStored();
        }
    }

    @Override
    public void succeed(PublishResult result) {
        cancelTimer();
        storedEnqueued();
        state = PublicationState.COMPLETED;
        LoopFuture<Void> future = stored;
        if (loop.completions().isInline() && future == null) {
            super.complete(result);
            return;
        }
        loop.completions().run(() -> {
            if (future != null) {
                future.complete(null);
            }
            super.complete(result);
        });
    }

    @Override
    public void fail(PublicationState end, MqttException cause) {
        cancelTimer();
        EnqueueOperation waiting = enqueued;
        enqueued = null;
        if (waiting != null) {
            waiting.fail(end, cause);
        }
        state = end;
        LoopFuture<Void> future = stored;
        loop.completions().run(() -> {
            if (future != null) {
                future.completeExceptionally(cause);
            }
            if (end == PublicationState.CANCELLED) {
                super.completeExceptionally(new CancellationException("Cancelled before it was sent"));
            } else {
                super.completeExceptionally(cause);
            }
        });
    }

    // --- for the application

    @Override
    public Message message() {
        return outbound.message();
    }

    @Override
    public Optional<String> applicationKey() {
        return outbound.options().applicationKey();
    }

    @Override
    public PublicationState state() {
        return state;
    }

    @Override
    public CompletableFuture<Void> stored() {
        LoopFuture<Void> future = stored;
        if (future != null) {
            return future;
        }
        synchronized (this) {
            future = stored;
            if (future == null) {
                future = new LoopFuture<>(loop.eventLoop());
                // Set before the state is read: either this thread sees the state, or the loop sees the future.
                stored = future;
            }
        }
        switch (state) {
            case QUEUED -> {}
            case STORED, SENT, RELEASED, COMPLETED -> future.complete(null);
            case REFUSED, CANCELLED, EXPIRED, DROPPED, TIMED_OUT, UNKNOWN, CLOSED -> {
                LoopFuture<Void> waiting = future;
                CompletableFuture<PublishResult> unused = whenComplete((result, failure) -> {
                    if (failure != null) {
                        waiting.completeExceptionally(failure);
                    }
                });
            }
        }
        return future;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            loop.cancel(outbound);
        }
        return isCancelled();
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(loop.eventLoop());
    }

    @Override
    public PublishResult get() throws InterruptedException, ExecutionException {
        LoopFuture.checkWait(loop.eventLoop(), this);
        return super.get();
    }

    @Override
    public PublishResult get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        LoopFuture.checkWait(loop.eventLoop(), this);
        return super.get(timeout, unit);
    }

    @Override
    public PublishResult join() {
        LoopFuture.checkWait(loop.eventLoop(), this);
        return super.join();
    }

    // --- only the client completes it

    @Override
    public boolean complete(PublishResult value) {
        throw onlyTheClient();
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        throw onlyTheClient();
    }

    @Override
    public void obtrudeValue(PublishResult value) {
        throw onlyTheClient();
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw onlyTheClient();
    }

    @Override
    public CompletableFuture<PublishResult> orTimeout(long timeout, TimeUnit unit) {
        throw onlyTheClient();
    }

    @Override
    public CompletableFuture<PublishResult> completeOnTimeout(PublishResult value, long timeout, TimeUnit unit) {
        throw onlyTheClient();
    }

    private static UnsupportedOperationException onlyTheClient() {
        return new UnsupportedOperationException(
                "Only the client completes a publication: take copy() and complete that, as in copy().orTimeout(...)");
    }
}
