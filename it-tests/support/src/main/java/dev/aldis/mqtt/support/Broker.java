package dev.aldis.mqtt.support;

import java.io.Closeable;

/** A real MQTT server on the loopback address that the tests can stop and start again. */
public interface Broker extends Closeable {

    /**
     * Where clients connect; the same after a restart.
     *
     * @return a URI with the scheme {@code mqtt}
     */
    default String uri() {
        return "mqtt://127.0.0.1:" + port();
    }

    /**
     * Where clients connect over WebSocket; the same after a restart.
     *
     * @return a URI with the scheme {@code ws}, by default for a broker that speaks it on the port of MQTT
     */
    default String webSocketUri() {
        return "ws://127.0.0.1:" + port() + "/mqtt";
    }

    /**
     * The port it listens on.
     *
     * @return the same port for the life of the broker
     */
    int port();

    /** Starts it on its port, with what it had stored. */
    void start();

    /** Stops it in good order; what it stores stays. */
    void stop();

    /** Stops it if need be, and leaves nothing behind but the folder it was given. */
    @Override
    void close();
}
