package dev.aldis.mqtt.benchmarks;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Hears that one publish has ended; fits {@code whenComplete} of a future without another object. */
abstract class Completion implements BiConsumer<@Nullable Object, @Nullable Throwable> {

    /** The publish is complete. */
    abstract void completed();

    /** The publish has failed, and with it the measurement. */
    abstract void failed(Throwable cause);

    @Override
    public final void accept(@Nullable Object result, @Nullable Throwable cause) {
        if (cause == null) {
            completed();
        } else {
            failed(cause);
        }
    }
}
