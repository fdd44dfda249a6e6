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

    private RequestOperation(
            Completions completions, CompletableFuture<?> future, Function<Request, Runnable> success) {
        this.completions = completions;
        this.future = future;
        this.success = success;
    }

    static <T> RequestOperation of(Completions completions, CompletableFuture<T> future, Function<Request, T> result) {
        return new RequestOperation(completions, future, request -> {
            T value = result.apply(request);
            return () -> future.complete(value);
        });
    }

    void answered(Request request) {
        completions.run(success.apply(request));
    }

    void fail(MqttException cause) {
        completions.completeExceptionally(future, cause);
    }
}
