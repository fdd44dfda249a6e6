package dev.aldis.mqtt.protocol.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future of what comes as a message, and therefore must not be waited for where it keeps messages from coming. */
final class ResponseFuture<T> extends LoopFuture<T> {

    private final ClientLoop loop;

    ResponseFuture(ClientLoop loop) {
        super(loop.eventLoop());
        this.loop = loop;
    }

    private void checkWait() {
        if (!isDone() && loop.dispatcher().isHoldingAll()) {
            throw new IllegalStateException(
                    "This thread runs a handler or listener, and the response is handed over only when that has"
                            + " returned, so waiting for it here would be in vain: use thenAccept, wait on another"
                            + " thread, or let messages be handled in parallel with Dispatch.byTopic(...)");
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new ResponseFuture<>(loop);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkWait();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkWait();
        return super.join();
    }
}
