package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Messages that the application fetches instead of being called with: by blocking, with {@link #receive}, or on demand, as a
 * {@link Flow.Publisher}. Made by {@link MqttClient#newInbox}; then it is given wherever a handler is, before the first
 * connection with {@link MqttClient#onMessage}, or with {@link MqttClient#subscribe(java.util.List, MessageHandler)}. Not for
 * implementation by applications. Safe for use by any number of threads.
 *
 * <p>What is not fetched is not acknowledged: the server keeps it, and sends no more than the Receive Maximum.
 *
 * <p>As a publisher it has one subscriber at a time; another one is refused with {@code onError}. {@code onNext} is called on
 * the executor for handlers, one message at a time, as many as were requested. The subscription completes when the inbox or the
 * client is closed; it fails when the subscriber breaks the rules of {@link Flow}. What the subscriber has not had stays for the
 * next one.
 */
public interface Inbox extends ManualHandler, Flow.Publisher<Delivery>, AutoCloseable {

    /**
     * Fetches the next message, and waits for one if there is none. Works well on virtual threads.
     *
     * @param timeout how long to wait; zero or less does not wait
     * @return the message; empty if none came in time
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if called on an event loop, where waiting would stop what is waited for; or if there is a
     *     subscriber, which gets the messages
     * @throws ClientClosedException if the inbox or the client is closed
     */
    Optional<Delivery> receive(Duration timeout) throws InterruptedException;

    /**
     * How many messages wait to be fetched.
     *
     * @return the number at this moment
     */
    int size();

    /**
     * How many QoS 0 messages were dropped because nobody fetched those before them.
     *
     * @return the number since the inbox was made
     */
    long dropped();

    /**
     * Takes no more messages. Those that were not fetched, and those that still come for its filters, go the way of messages
     * without a handler: see {@link UnmatchedPolicy}. It does not unsubscribe. May be called repeatedly.
     */
    @Override
    void close();
}
