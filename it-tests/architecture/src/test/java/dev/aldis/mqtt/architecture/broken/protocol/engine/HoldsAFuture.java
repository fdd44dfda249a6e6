package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.util.concurrent.CompletableFuture;

/** Breaks a rule on purpose. */
public final class HoldsAFuture {

    CompletableFuture<String> broken() {
        return new CompletableFuture<>();
    }
}
