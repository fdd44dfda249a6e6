package dev.aldis.mqtt.benchmarks;

/**
 * A client library under measurement, connected to the stub server. Each publishes one message that was made before, so
 * that what is measured is the library and not the making of messages. Used by one thread.
 */
interface Contender {

    /**
     * Publishes the message of 64 bytes once.
     *
     * @param qos 0, 1 or 2
     * @param completion told when the handshake of the QoS has ended
     */
    void publish(int qos, Completion completion) throws Exception;

    /**
     * Subscribes and waits for the answer.
     *
     * @param filter which topics
     * @param qos the Maximum QoS
     * @param received run for each message
     */
    void subscribe(String filter, int qos, Runnable received) throws Exception;

    /**
     * Unsubscribes and waits for the answer.
     *
     * @param filter as it was subscribed to
     */
    void unsubscribe(String filter) throws Exception;

    /** Disconnects, and waits for the end of it. */
    void close() throws Exception;
}
