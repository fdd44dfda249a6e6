package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * An asynchronous MQTT client. Safe for use by any number of threads. No method but {@link #close()} blocks; futures
 * complete on the client's event loop unless {@link MqttClientBuilder#resultExecutor} named an executor, and waiting for
 * one of them on an event loop fails at once with an {@link IllegalStateException}.
 *
 * <p>A client may publish before it is connected, and while it is not: messages queue, QoS 1 and 2 in the store.
 */
public interface MqttClient extends AutoCloseable {

    /**
     * Begins to describe a client.
     *
     * @return a new builder
     */
    static MqttClientBuilder builder() {
        return new MqttClientBuilder();
    }

    /**
     * Connects, and stays connected as the {@link ReconnectPolicy} says until {@link #disconnect()}.
     *
     * @return completes with what the server said; exceptionally with a {@link ConnectionException} when the first attempt
     *     failed (when it cannot succeed, if first connects are repeated), with a {@link ClientClosedException} when the
     *     client was closed or disconnected meanwhile. When the client is connected or connecting already, a future of
     *     that connection
     */
    CompletableFuture<ConnectResult> connect();

    /**
     * Publishes a message.
     *
     * @param message what to publish
     * @return the message on its way; see {@link Publication} for how it completes
     * @throws IllegalArgumentException if the message has properties and the client does not speak MQTT 5.0
     */
    default Publication publish(Message message) {
        return publish(message, PublishOptions.NONE);
    }

    /**
     * Publishes a message with what is stored along with it.
     *
     * @param message what to publish
     * @param options application key and checkpoint
     * @return the message on its way; see {@link Publication} for how it completes
     * @throws IllegalArgumentException if the message has properties and the client does not speak MQTT 5.0, or if there is
     *     a checkpoint with QoS 0
     */
    Publication publish(Message message, PublishOptions options);

    /**
     * Publishes a message if there is room for it in the queue, and says at once if there is not. For who has something
     * better to do with it then. Never blocks. With {@link OverflowPolicy#DROP_OLDEST} there always is room.
     *
     * @param message what to publish
     * @param options application key, checkpoint, time-out
     * @return the message on its way, see {@link Publication} for how it completes; empty if the queue is full
     * @throws IllegalArgumentException as {@link #publish(Message, PublishOptions)}
     */
    Optional<Publication> tryPublish(Message message, PublishOptions options);

    /**
     * Publishes a message if there is room for it in the queue.
     *
     * @param message what to publish
     * @return as {@link #tryPublish(Message, PublishOptions)}
     * @throws IllegalArgumentException as {@link #publish(Message, PublishOptions)}
     */
    default Optional<Publication> tryPublish(Message message) {
        return tryPublish(message, PublishOptions.NONE);
    }

    /**
     * Publishes a message when there is room for it in the queue, and blocks until then: for threads that produce more than
     * the server takes. A virtual thread does not hold its carrier meanwhile.
     *
     * @param message what to publish
     * @param options application key, checkpoint, time-out
     * @param patience how long to wait for room; zero to try once
     * @return the message on its way; see {@link Publication} for how it completes
     * @throws PublishException if there was no room in that time; its Reason Code is {@link ReasonCode#QUOTA_EXCEEDED}
     * @throws InterruptedException if the thread is interrupted while it waits; then nothing was published
     * @throws IllegalStateException at once, if called on an event loop
     * @throws IllegalArgumentException as {@link #publish(Message, PublishOptions)}
     */
    Publication publish(Message message, PublishOptions options, Duration patience) throws InterruptedException;

    /**
     * Changes how fast messages are sent, from the next ones on.
     *
     * @param rate the rate; {@link PublishRate#UNLIMITED} for no limit
     */
    void publishRate(PublishRate rate);

    /**
     * Leaves a message to the store, which is what makes a queue of any length cheap: once the message is stored, nothing
     * in memory knows it until its turn comes to be sent. What becomes of it after that is not told to the caller; after
     * {@link #publish(Message, PublishOptions)} it is, and memory holds the message until then. Without a store
     * ({@code memory:}) the message is held in memory all the same.
     *
     * @param message what to publish
     * @param options application key and checkpoint, no time-out
     * @return completes with null when the message is durable at the level of the store (QoS 1 and 2), or was handed to the
     *     transport (QoS 0); exceptionally with a {@link PublishException} when it was refused (queue full, a limit of the
     *     server, the store failed), with a {@link ClientClosedException} when the client was closed first. On the same
     *     threads as a {@link Publication}. Let only so many of these be open at a time: what is not stored yet is in memory
     * @throws IllegalArgumentException as {@link #publish(Message, PublishOptions)}, or if the options have a time-out
     */
    CompletableFuture<Void> enqueue(Message message, PublishOptions options);

    /**
     * Leaves a message to the store.
     *
     * @param message what to publish
     * @return as {@link #enqueue(Message, PublishOptions)}
     * @throws IllegalArgumentException as {@link #publish(Message, PublishOptions)}
     */
    default CompletableFuture<Void> enqueue(Message message) {
        return enqueue(message, PublishOptions.NONE);
    }

    /**
     * Publishes a text in UTF-8.
     *
     * @param topic where to
     * @param qos how surely it is delivered
     * @param text the content
     * @return the message on its way; see {@link Publication} for how it completes
     * @throws IllegalArgumentException if the topic is no topic name
     */
    default Publication publish(String topic, QoS qos, String text) {
        return publish(Message.of(topic, qos, text));
    }

    /**
     * Subscribes. The handler is in place before SUBSCRIBE is sent, and stays until the filter is unsubscribed from. When
     * the server loses the session, the client subscribes again by itself.
     *
     * @param subscriptions what to; at least one
     * @param handler takes the messages of all of them
     * @return completes with the server's answer, refusals included; exceptionally with a {@link RequestException} when not
     *     connected, when the connection is lost before the answer, or when the server cannot do what is asked; with a
     *     {@link ClientClosedException} when the client was closed first
     * @throws IllegalArgumentException if the list is empty, or an option needs MQTT 5.0 and the client does not speak it
     */
    CompletableFuture<SubscribeResult> subscribe(List<Subscription> subscriptions, MessageHandler handler);

    /**
     * Subscribes to one filter.
     *
     * @param topicFilter which topics
     * @param maximumQos the QoS that messages are sent with at most
     * @param handler takes the messages
     * @return as {@link #subscribe(List, MessageHandler)}
     * @throws IllegalArgumentException if the filter is not valid
     */
    default CompletableFuture<SubscribeResult> subscribe(String topicFilter, QoS maximumQos, MessageHandler handler) {
        return subscribe(List.of(Subscription.of(topicFilter, maximumQos)), handler);
    }

    /**
     * Adds a handler without subscribing, in place of the one that the filter had. Added before {@link #connect()}, it gets
     * the first messages of a resumed session, as one that is declared on the builder does.
     *
     * @param topicFilter which topics
     * @param handler takes the messages, and those that were held for want of a handler
     * @throws IllegalArgumentException if the filter is not valid
     */
    void onMessage(String topicFilter, MessageHandler handler);

    /**
     * Makes an inbox, from which messages are fetched instead of being handed over. It gets them when it is given where a
     * handler is: {@code client.onMessage("a/#", inbox)}, or with {@link #subscribe(List, MessageHandler)}.
     *
     * @param options how it keeps messages
     * @return the inbox of this client; closed with it
     */
    Inbox newInbox(InboxOptions options);

    /**
     * Publishes a request and waits for the response to it (section 4.10): the client subscribes to a topic for responses when
     * it is first needed, and sets Response Topic and Correlation Data. MQTT 5.0 only.
     *
     * <p>The response comes as a message. So waiting for it inside of a handler or listener, which keeps later messages from
     * being handed over, fails at once with an {@link IllegalStateException}; use {@code thenAccept} there. With
     * {@link Dispatch#byTopic} a handler may wait, and takes one of the handlers at a time with it.
     *
     * @param message the request, without Response Topic and Correlation Data of its own
     * @param timeout how long to wait for the response, more than zero, at most one day
     * @return completes with the first response; exceptionally with a {@link RequestException} when none came in time, when
     *     not connected before the first request, when the client could not subscribe for responses, or the request could
     *     not be published; with a {@link ClientClosedException} when the client was closed first
     * @throws IllegalArgumentException if the client does not speak MQTT 5.0, the message has a Response Topic or Correlation
     *     Data, or the time-out is out of range
     */
    CompletableFuture<ReceivedMessage> request(Message message, Duration timeout);

    /**
     * Authenticates again on the open connection (section 4.12.1), while everything else goes on. When that fails, the
     * connection ends, and the {@link ReconnectPolicy} says what follows.
     *
     * @return completes with what the server added in words; exceptionally with a {@link RequestException} when not connected
     *     or authenticating already, with the cause when the connection ends first, with a {@link ClientClosedException} when
     *     the client was closed first
     * @throws IllegalStateException if the client has no enhanced authentication
     */
    CompletableFuture<Diagnostics> reauthenticate();

    /**
     * Ends subscriptions. Their handlers get all that arrived before the server's answer, and nothing that arrives later. A
     * handler that is registered for the same filter after this call stays.
     *
     * @param topicFilters exactly as they were subscribed to; at least one
     * @return completes with the server's answer; exceptionally as {@link #subscribe(List, MessageHandler)}
     * @throws IllegalArgumentException if the list is empty
     */
    CompletableFuture<UnsubscribeResult> unsubscribe(List<TopicFilter> topicFilters);

    /**
     * Ends one subscription.
     *
     * @param topicFilter exactly as it was subscribed to
     * @return as {@link #unsubscribe(List)}
     * @throws IllegalArgumentException if the filter is not valid
     */
    default CompletableFuture<UnsubscribeResult> unsubscribe(String topicFilter) {
        return unsubscribe(List.of(TopicFilter.of(topicFilter)));
    }

    /**
     * Sends DISCONNECT, closes the connection and stays disconnected until {@link #connect()}. Legal in each state. What is
     * queued or in flight is kept and goes on with the next connection.
     *
     * @return completes with null when the connection is closed; at once if there is none; exceptionally with a
     *     {@link ClientClosedException} when the client was closed before
     */
    default CompletableFuture<Void> disconnect() {
        return disconnect(DisconnectOptions.DEFAULT);
    }

    /**
     * Disconnects as {@link #disconnect()}, in a way of one's own. With {@link DisconnectOptions#quiesce} the client first
     * waits until everything that was published before this call is complete, and every subscribe and unsubscribe has its
     * answer; what is published meanwhile is sent but not waited for. When the connection is lost meanwhile, it is not made
     * again. A second call without quiesce ends the wait.
     *
     * @param options what DISCONNECT says, and how long to wait for what is under way
     * @return completes with null as {@link #disconnect()}; exceptionally as that, and with a {@link RequestException} when
     *     DISCONNECT with a Session Expiry Interval is more than the server's Maximum Packet Size: then the client stays as it
     *     is
     * @throws IllegalArgumentException if an option needs MQTT 5.0 and the client does not speak it, or a session that ends
     *     with its connection is to be kept after all [MQTT-3.14.2-2]
     */
    CompletableFuture<Void> disconnect(DisconnectOptions options);

    /**
     * Where the client stands.
     *
     * @return the state, at the latest known to this thread
     */
    ClientState state();

    /**
     * What was agreed on for the present connection.
     *
     * @return empty while not connected
     */
    Optional<Negotiated> negotiated();

    /**
     * What the client has done and is doing. Cheap: nothing waits for it.
     *
     * @return a snapshot
     */
    ClientStatistics statistics();

    /**
     * The value of a checkpoint: that of the last message stored with it, in this run or an earlier one.
     *
     * @param name the name of the checkpoint
     * @return its value, empty if no message with this checkpoint was ever stored
     */
    Optional<Payload> checkpoint(String name);

    /**
     * The messages of QoS 1 and 2 that are accepted and not yet complete, in the order in which they were accepted; after
     * a restart those that an earlier run left in the store. Their futures can be awaited. Memory holds all of them from
     * then on until they are complete: where the queue may be longer than that, choose with
     * {@link #pendingPublications(Predicate)}.
     *
     * @return as {@link #pendingPublications(Predicate)}
     */
    default CompletableFuture<List<Publication>> pendingPublications() {
        return pendingPublications(message -> true);
    }

    /**
     * Looks through the messages of QoS 1 and 2 that are accepted and not yet complete, in the order in which they were
     * accepted, and gives those that are chosen. A long queue is read page by page while the client goes on, so a message
     * that completes meanwhile may be left out. One that has ended as {@link PublicationState#TIMED_OUT} in this run is not
     * among them.
     *
     * @param which chooses; called on the event loop for each message, so it must be quick
     * @return completes with an immutable list, on the same threads as a {@link Publication}; exceptionally with a
     *     {@link StoreException} when the store cannot be read, with a {@link ClientClosedException} when the client was
     *     closed first, and with what {@code which} has thrown
     */
    CompletableFuture<List<Publication>> pendingPublications(Predicate<? super PendingMessage> which);

    /**
     * Disconnects if need be, closes the store and releases every thread. Legal in each state; may be called repeatedly.
     * What is stored stays there for the next client. All open futures complete with a {@link ClientClosedException}.
     *
     * @return completes with null when everything is released; exceptionally with what the store said if it could not be
     *     closed in order, after all else has been released
     */
    CompletableFuture<Void> closeAsync();

    /**
     * Closes as {@link #closeAsync()} and waits for the end of it.
     *
     * @throws IllegalStateException if called on an event loop
     */
    @Override
    void close();
}
