package dev.aldis.mqtt.conformance;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A method of enhanced authentication whose answers are what the test says. */
final class Steps implements EnhancedAuthentication, EnhancedAuthentication.Exchange {

    static final String METHOD = "STEPS";

    /** What the client says first; empty for no data. */
    volatile Optional<Payload> first = Optional.of(Payload.of("first"));

    /** What it says when the server asks. */
    volatile CompletionStage<Optional<Payload>> next =
            CompletableFuture.completedFuture(Optional.of(Payload.of("next")));

    /** With what the server asked last. */
    volatile Optional<Payload> asked = Optional.empty();

    /** Whether the server proves itself. */
    volatile boolean serverIsTrue = true;

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Exchange begin() {
        return this;
    }

    @Override
    public CompletionStage<Optional<Payload>> first() {
        return CompletableFuture.completedFuture(first);
    }

    @Override
    public CompletionStage<Optional<Payload>> next(Optional<Payload> data) {
        asked = data;
        return next;
    }

    @Override
    public void finish(Optional<Payload> data) {
        if (!serverIsTrue) {
            throw new IllegalStateException("another server");
        }
    }

    /** AUTH of this method. */
    static Auth auth(ReasonCode code, @Nullable String data) {
        return new Auth(code, exchange(data), Diagnostics.NONE);
    }

    static AuthenticationExchange exchange(@Nullable String data) {
        return new AuthenticationExchange(METHOD, data == null ? null : Payload.of(data));
    }

    /** What a CONNACK of this method has. */
    static ConnAckProperties connAck(ServerLimits limits) {
        return new ConnAckProperties(-1, -1, null, limits, null, null, exchange(null), Diagnostics.NONE);
    }
}
