package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the application for its part of enhanced authentication (section 4.12). On the event loop. */
final class Authenticator {

    private final ClientLoop loop;
    private final EnhancedAuthentication authentication;
    private EnhancedAuthentication.@Nullable Exchange exchange;
    private @Nullable LoopFuture<Diagnostics> again;

    Authenticator(ClientLoop loop, EnhancedAuthentication authentication) {
        this.loop = loop;
        this.authentication = authentication;
    }

    /** Begins an exchange for CONNECT. */
    CompletionStage<Optional<Payload>> begin() {
        EnhancedAuthentication.Exchange fresh = authentication.begin();
        exchange = fresh;
        return fresh.first();
    }

    AuthenticationExchange exchangeWith(Optional<Payload> data) {
        return new AuthenticationExchange(authentication.method(), data.orElse(null));
    }

    /** The server wants an answer. */
    void challenged(@Nullable Payload data) {
        EnhancedAuthentication.Exchange present = exchange;
        if (present == null) {
            throw new IllegalStateException("The server asks although no exchange has begun");
        }
        ask(
                () -> present.next(Optional.ofNullable(data)),
                present,
                answer -> loop.engine().answerChallenge(answer.orElse(null)));
    }

    private interface Question {
        CompletionStage<Optional<Payload>> ask();
    }

    private void ask(Question question, EnhancedAuthentication.Exchange present, Consumer<Optional<Payload>> then) {
        CompletionStage<Optional<Payload>> answer;
        try {
            answer = Objects.requireNonNull(question.ask(), "no result");
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        CompletionStage<Void> unused = answer.handle((data, failure) -> {
            loop.submit(new Command() {
                @Override
                public void run() {
                    if (exchange != present) {
                        return; // The connection that it was for has ended.
                    }
                    if (failure != null || data == null) {
                        fail(failure == null ? new NullPointerException("no data") : failure);
                    } else {
                        then.accept(data);
                    }
                }
            });
            return null;
        });
    }

    private void fail(Throwable failure) {
        MqttException cause = new ConnectionException("The client could not authenticate: " + failure, failure);
        loop.engine().failAuthentication(cause);
    }

    /** Lets the application check a server that says success; false if it is not to be believed. */
    boolean verify(ControlPacket packet) {
        AuthenticationExchange last;
        if (packet instanceof ConnAck connAck && !connAck.reasonCode().isError()) {
            last = connAck.properties().authentication();
        } else if (packet instanceof Auth auth && auth.reasonCode() == ReasonCode.SUCCESS) {
            last = auth.authentication();
        } else {
            return true;
        }
        EnhancedAuthentication.Exchange present = exchange;
        if (present == null) {
            return true; // The engine refuses it.
        }
        try {
            present.finish(Optional.ofNullable(last).map(AuthenticationExchange::data));
            return true;
        } catch (Exception | LinkageError | AssertionError e) {
            loop.engine().failAuthentication(new ConnectionException("The server did not prove itself: " + e, e));
            return false;
        }
    }

    /** Authenticates again. */
    void reauthenticate(LoopFuture<Diagnostics> future) {
        if (again != null) {
            fail(future, "The client is authenticating already: wait for that");
            return;
        }
        if (loop.status().negotiated().isEmpty()) {
            fail(future, "Not connected: authenticate again when connect() has completed");
            return;
        }
        again = future;
        EnhancedAuthentication.Exchange fresh = authentication.begin();
        exchange = fresh;
        ask(fresh::first, fresh, data -> {
            if (!loop.engine().reauthenticate(data.orElse(null), System.nanoTime())) {
                again = null;
                fail(future, "Not connected: authenticate again when connect() has completed");
            }
        });
    }

    private void fail(LoopFuture<Diagnostics> future, String message) {
        loop.completions().completeExceptionally(future, new RequestException(message, (Throwable) null));
    }

    /** The server has accepted. */
    void reauthenticated(Diagnostics diagnostics) {
        LoopFuture<Diagnostics> future = again;
        again = null;
        if (future != null) {
            loop.completions().complete(future, diagnostics);
        }
    }

    /** The connection has ended. */
    void handleConnectionEnd(MqttException cause) {
        exchange = null;
        LoopFuture<Diagnostics> future = again;
        again = null;
        if (future != null) {
            loop.completions().completeExceptionally(future, cause);
        }
    }
}
