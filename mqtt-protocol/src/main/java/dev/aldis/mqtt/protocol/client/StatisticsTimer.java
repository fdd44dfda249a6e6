package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.spi.transport.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the application the statistics from time to time, on the executor for handlers. On the event loop. */
final class StatisticsTimer {

    private static final System.Logger LOGGER = System.getLogger(StatisticsTimer.class.getName());

    private final EventLoop eventLoop;
    private final Executor executor;
    private final Supplier<ClientStatistics> source;
    private final Consumer<ClientStatistics> listener;
    private final long everyNanos;
    private EventLoop.@Nullable Timer timer;

    StatisticsTimer(
            EventLoop eventLoop,
            Executor executor,
            Supplier<ClientStatistics> source,
            Consumer<ClientStatistics> listener,
            Duration every) {
        this.eventLoop = eventLoop;
        this.executor = executor;
        this.source = source;
        this.listener = listener;
        this.everyNanos = every.toNanos();
    }

    void start() {
        timer = eventLoop.schedule(this::fire, everyNanos);
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void fire() {
        ClientStatistics statistics = source.get();
        try {
            executor.execute(() -> tell(statistics));
        } catch (RejectedExecutionException e) {
            LOGGER.log(System.Logger.Level.WARNING, "The executor for handlers refused the statistics", e);
        }
        start();
    }

    private void tell(ClientStatistics statistics) {
        try {
            listener.accept(statistics);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOGGER.log(System.Logger.Level.WARNING, "The listener for statistics failed", e);
        }
    }
}
