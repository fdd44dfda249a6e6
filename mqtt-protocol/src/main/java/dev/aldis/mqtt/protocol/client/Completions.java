package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Completes futures where the application wants it: on the event loop, or on the executor for results. */
final class Completions {

    private static final System.Logger LOGGER = System.getLogger(Completions.class.getName());

    private final EventLoop eventLoop;
    private final @Nullable Executor executor;

    Completions(EventLoop eventLoop, @Nullable Executor executor) {
        this.eventLoop = eventLoop;
        this.executor = executor;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** Whether a future may be completed directly. */
    boolean isInline() {
        return executor == null;
    }

    <T> LoopFuture<T> newFuture() {
        return new LoopFuture<>(eventLoop);
    }

    void run(Runnable completion) {
        if (executor == null) {
            completion.run();
            return;
        }
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "The executor for results refused a task; it runs on the event loop instead",
                    e);
            completion.run();
        }
    }

    <T> void complete(CompletableFuture<T> future, T value) {
        run(() -> future.complete(value));
    }

    void completeExceptionally(CompletableFuture<?> future, Throwable cause) {
        run(() -> future.completeExceptionally(cause));
    }
}
