package dev.aldis.mqtt.protocol.client;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The executor for handlers, which may refuse a task; then it is tried again. */
final class HandlerExecutor {

    private static final System.Logger LOGGER = System.getLogger(HandlerExecutor.class.getName());

    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Executor executor;
    private final Dispatcher.Reports reports;
    private volatile boolean closed;

    HandlerExecutor(Executor executor, Dispatcher.Reports reports) {
        this.executor = executor;
        this.reports = reports;
    }

    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "The executor for handlers refused a task; messages wait and are tried again",
                    e);
            if (!closed) {
                reports.resumeAfter(PAUSE_NANOS, () -> run(task));
            }
        }
    }

    /** Tries nothing again any more. */
    void close() {
        closed = true;
    }
}
