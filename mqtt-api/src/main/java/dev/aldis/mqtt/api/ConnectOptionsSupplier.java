package dev.aldis.mqtt.api;

import java.util.concurrent.CompletionStage;

/** Says before each attempt what CONNECT is to say, such as a fresh token. To be implemented by the application. */
@FunctionalInterface
public interface ConnectOptionsSupplier {

    /**
     * An attempt to connect begins. Called on the event loop, so it must not block: what takes time is done elsewhere and
     * completes the result, from any thread.
     *
     * @param attempt which
     * @param configured what the builder was given, to start from
     * @return completes with the options of this attempt. When it completes exceptionally, throws, gives null, or takes
     *     longer than {@link MqttClientBuilder#connectTimeout}, the attempt has failed with that as its cause, and the
     *     {@link ReconnectPolicy} says what follows
     */
    CompletionStage<ConnectOptions> optionsFor(ConnectAttempt attempt, ConnectOptions configured);
}
