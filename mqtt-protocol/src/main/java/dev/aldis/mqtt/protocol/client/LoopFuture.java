package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future that is completed by an event loop, and therefore must not be waited for on it. */
class LoopFuture<T> extends CompletableFuture<T> {

    private final EventLoop loop;

    LoopFuture(EventLoop loop) {
        this.loop = loop;
    }

    /** Fails if the caller would wait for himself. */
    static void checkWait(EventLoop loop, CompletableFuture<?> future) {
        if (!future.isDone() && loop.inLoop()) {
            throw new IllegalStateException(
                    "This thread is the event loop that completes this future, so waiting for it"
                            + " here would never end: use thenApply, thenAccept or handle, or wait on another thread");
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(loop);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkWait(loop, this);
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkWait(loop, this);
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkWait(loop, this);
        return super.join();
    }
}
