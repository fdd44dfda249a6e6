package dev.aldis.mqtt.api;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A method of enhanced authentication (section 4.12), such as SCRAM. MQTT 5.0 only. To be implemented by the application.
 *
 * <p>Everything here is called on the event loop, so it must not block: what takes time is done elsewhere and completes the
 * result, from any thread. An exchange has as long as {@link MqttClientBuilder#connectTimeout}; when it takes longer, when a
 * result completes exceptionally, is null, or a call throws, the attempt to connect has failed, or the connection is ended.
 */
public interface EnhancedAuthentication {

    /**
     * The Authentication Method.
     *
     * @return its name, the same each time, for example {@code SCRAM-SHA-256}
     */
    String method();

    /**
     * Begins an exchange: one for each attempt to connect, and one for each {@link MqttClient#reauthenticate()}.
     *
     * @return a new exchange
     */
    Exchange begin();

    /** One exchange with a server. Its methods are called one after the other. */
    interface Exchange {

        /**
         * What the client says first, in CONNECT or in the AUTH that begins to authenticate again.
         *
         * @return completes with the Authentication Data; empty for none
         */
        CompletionStage<Optional<Payload>> first();

        /**
         * The server asks for more (AUTH with Continue authentication).
         *
         * @param data its Authentication Data; empty if there was none
         * @return completes with the answer; empty for no data
         */
        CompletionStage<Optional<Payload>> next(Optional<Payload> data);

        /**
         * The server says that the authentication has succeeded. Here the client checks that the server is who it should be;
         * nothing that the server sends behind it is taken before this method has returned.
         *
         * @param data its Authentication Data; empty if there was none
         * @throws Exception if the server has not proved itself: then nothing goes to it but DISCONNECT
         */
        void finish(Optional<Payload> data) throws Exception;
    }
}
