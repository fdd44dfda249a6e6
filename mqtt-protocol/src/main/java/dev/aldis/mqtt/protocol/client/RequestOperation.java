package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.protocol.engine.Request;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A subscribe or unsubscribe of the application, with the future of its answer. */
final class RequestOperation {

    private final Function<Request, Runnable> success;
    private final CompletableFuture<?> future;
    private final Completions completions;
    private final long handlersBefore;

    private RequestOperation(
            Completions completions,
            CompletableFuture<?> future,
            long handlersBefore,
            Function<Request, Runnable> success) {
        this.completions = completions;
        this.handlersBefore = handlersBefore;
        this.future = future;
        this.success = success;
    }

    /** With the number of the last handler that was registered before it. */
    static <T> RequestOperation of(
            Completions completions, CompletableFuture<T> future, long handlersBefore, Function<Request, T> result) {
        return new RequestOperation(completions, future, handlersBefore, request -> {
            T value = result.apply(request);
            return () -> future.complete(value);
        });
    }

    long handlersBefore() {
        return handlersBefore;
    }

    void answered(Request request) {
        completions.run(success.apply(request));
    }

    void fail(MqttException cause) {
        completions.completeExceptionally(future, cause);
    }
}
