package dev.aldis.mqtt.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A message on its way, and the future of its outcome.
 *
 * <p>The future completes
 *
 * <ul>
 *   <li>with a {@link PublishResult} when the handshake of its QoS has ended: handed to the transport (QoS 0), PUBACK
 *       (QoS 1), PUBCOMP or a refusing PUBREC (QoS 2), and the store knows it. A refusal by the server is a result whose
 *       {@link PublishResult#isError()} is true;
 *   <li>exceptionally with a {@link PublishException} when it was refused locally (queue full, a limit of the server, a
 *       version that has no place for it, the store failed), when it expired, was dropped to make room, or was not
 *       complete within the time-out of its {@link PublishOptions}, or when its session was lost under
 *       {@link LostSessionPolicy#FAIL}; {@link #state()} tells these apart;
 *   <li>exceptionally with a {@link ClientClosedException} when the client was closed first; what is stored is published
 *       by the next client on the same store;
 *   <li>with {@link java.util.concurrent.CancellationException} when {@link #cancel(boolean)} came in time.
 * </ul>
 *
 * <p>It completes on the client's event loop unless the builder named an executor for results. Waiting for it
 * ({@code join}, {@code get}) on an event loop fails at once with an {@link IllegalStateException}. Only the client
 * completes it: {@code complete} and its relatives throw {@link UnsupportedOperationException}.
 */
public abstract class Publication extends CompletableFuture<PublishResult> {

    /** For the client only. */
    protected Publication() {}

    /**
     * The message.
     *
     * @return the message
     */
    public abstract Message message();

    /**
     * The application key that was given with it, also in an earlier run.
     *
     * @return the key, empty if none was given
     */
    public abstract Optional<String> applicationKey();

    /**
     * A future of "stored".
     *
     * @return completes with null when the message is durable at the level of the store (QoS 1 and 2), or has been handed
     *     to the transport (QoS 0); exceptionally as the publication itself when that comes first. Same threads as the
     *     publication
     */
    public abstract CompletableFuture<Void> stored();

    /**
     * Where it stands now.
     *
     * @return the state, at the latest known to this thread
     */
    public abstract PublicationState state();

    /**
     * Asks to cancel the publish. It succeeds while the message has not been sent; then it is removed from the queue and
     * from the store.
     *
     * @param mayInterruptIfRunning has no effect
     * @return whether the publication is cancelled now; false when it has been sent or has ended. Where the message still
     *     is with the event loop, the answer is false and the future tells the outcome
     */
    @Override
    public abstract boolean cancel(boolean mayInterruptIfRunning);
}
