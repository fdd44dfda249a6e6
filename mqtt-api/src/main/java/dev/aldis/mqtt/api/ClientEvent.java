package dev.aldis.mqtt.api;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Something that happened in the life of a client. */
public sealed interface ClientEvent {

    /**
     * An attempt to connect begins.
     *
     * @param server where to; its query, in which some servers want a token, does not stand in {@code toString()}
     * @param attempt 1 for the first attempt since the last stable connection
     */
    record Connecting(URI server, int attempt) implements ClientEvent {

        @Override
        public String toString() {
            return "Connecting[server=" + ServerUri.withoutQuery(server) + ", attempt=" + attempt + "]";
        }
    }

    /**
     * The server has accepted the connection.
     *
     * @param result what it said
     */
    record Connected(ConnectResult result) implements ClientEvent {}

    /**
     * A connection was lost, or an attempt failed.
     *
     * @param cause why; never without a message
     */
    record ConnectionLost(Throwable cause) implements ClientEvent {}

    /**
     * The next attempt to connect was scheduled.
     *
     * @param delay the time until then
     */
    record Reconnecting(Duration delay) implements ClientEvent {}

    /**
     * The server did not keep the session that this client had state of.
     *
     * @param messagesInFlight how many messages were in flight, to which the {@link LostSessionPolicy} was applied
     */
    record SessionLost(int messagesInFlight) implements ClientEvent {}

    /**
     * After a lost session the client has subscribed again to what it was subscribed to.
     *
     * @param result what the server said; look for errors
     */
    record Resubscribed(SubscribeResult result) implements ClientEvent {}

    /**
     * The client stays disconnected: asked to, or since another attempt would be in vain.
     *
     * @param cause why
     */
    record Stopped(Throwable cause) implements ClientEvent {}

    /**
     * A message handler threw.
     *
     * @param message the message that it was given
     * @param failure what it threw
     */
    record HandlerFailed(ReceivedMessage message, Throwable failure) implements ClientEvent {}

    /**
     * A message came that no handler is for. The {@link UnmatchedPolicy} says what becomes of it.
     *
     * @param message the message
     */
    record Unmatched(ReceivedMessage message) implements ClientEvent {}

    /**
     * A message has ended. Told of each one if {@link ObservationOptions#withPublications} asks for it; otherwise of those
     * that nobody awaits, having been left to the store with {@link MqttClient#enqueue(Message, PublishOptions)} or by an
     * earlier run, and that were not completed.
     *
     * @param message the message
     * @param applicationKey the key that was given with it, empty if none was
     * @param state how it has ended
     * @param result what the server said; empty if it said nothing
     * @param cause why, if it was not completed; otherwise empty
     */
    record PublicationEnded(
            Message message,
            Optional<String> applicationKey,
            PublicationState state,
            Optional<PublishResult> result,
            Optional<Throwable> cause)
            implements ClientEvent {}

    /**
     * A record of the store was damaged and set aside when the store was opened.
     *
     * @param description what was found, and where its bytes are
     */
    record StoreDamaged(String description) implements ClientEvent {}

    /**
     * The store could not write. What waited for it is refused, or held where it was received; the client goes on and
     * writes again as soon as there is something to write.
     *
     * @param cause what the store said
     */
    record StoreFailed(StoreException cause) implements ClientEvent {}
}
