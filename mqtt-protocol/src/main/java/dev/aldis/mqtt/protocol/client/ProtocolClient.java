package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PendingMessage;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.UnsubscribeResult;
import dev.aldis.mqtt.protocol.client.Dispatcher.HandlerChange;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.Request;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the application holds: checks its arguments and hands commands to the {@link ClientLoop}. */
final class ProtocolClient implements MqttClient {

    private final ClientConfiguration configuration;
    private final Engine engine;
    private final ClientLoop loop;
    private final Completions completions;
    private final ClientStatus status;
    private final Requests requests;

    /** The number of the last handler that was registered. */
    private final AtomicLong lastHandler = new AtomicLong();

    ProtocolClient(ClientConfiguration configuration, Engine engine, ClientResources resources) {
        this.configuration = configuration;
        this.engine = engine;
        this.completions = new Completions(
                resources.eventLoop(), configuration.resultExecutor().orElse(null));
        this.status = new ClientStatus(completions, engine.restoredCheckpoints());
        this.loop = new ClientLoop(configuration, engine, resources, completions, status);
        this.requests = new Requests(this, loop, configuration.responseTopic().orElse(null));
    }

    /** Hands the first things to the dispatcher: the handlers, and what was found when the store was opened. */
    void begin(List<ClientEvent> events) {
        loop.start(requests);
        List<Object> items = new ArrayList<>();
        configuration.handlers().forEach((filter, handler) -> items.add(HandlerChange.declared(filter, handler, 0)));
        items.addAll(events);
        if (!items.isEmpty()) {
            loop.dispatcher().handOver(items);
        }
    }

    /** A command whose future fails when the client is closed first. */
    private abstract static class FutureCommand<T> extends Command {
        final LoopFuture<T> future;

        FutureCommand(LoopFuture<T> future) {
            this.future = future;
        }

        @Override
        public void abort(MqttException cause) {
            future.completeExceptionally(cause);
        }
    }

    private <T> CompletableFuture<T> submit(FutureCommand<T> command) {
        loop.submit(command);
        return command.future;
    }

    @Override
    public CompletableFuture<ConnectResult> connect() {
        return submit(new FutureCommand<>(completions.<ConnectResult>newFuture()) {
            @Override
            public void run() {
                if (loop.isClosing()) {
                    completions.completeExceptionally(future, ClientLoop.closed());
                    return;
                }
                status.awaitConnection(future);
                loop.resumeDispatcher();
                engine.connect(System.nanoTime());
            }
        });
    }

    @Override
    public Publication publish(Message message, PublishOptions options) {
        PublishOperation operation = new PublishOperation(loop, outbound(message, options));
        loop.submit(operation);
        return operation;
    }

    @Override
    public Optional<Publication> tryPublish(Message message, PublishOptions options) {
        OutboundMessage outbound = outbound(message, options);
        return loop.room().reserve(message.payload().sizeBytes()) ? Optional.of(reserved(outbound)) : Optional.empty();
    }

    @Override
    public Publication publish(Message message, PublishOptions options, Duration patience) throws InterruptedException {
        OutboundMessage outbound = outbound(message, options);
        if (loop.eventLoop().inLoop()) {
            throw new IllegalStateException(
                    "This thread is the event loop that makes room in the queue, so waiting for it"
                            + " here would be in vain: use tryPublish, or call from another thread");
        }
        if (!loop.room().await(message.payload().sizeBytes(), patience.toNanos())) {
            throw new PublishException(
                    "The queue was full for " + patience + ": wait longer, or raise the limit (messages "
                            + configuration.limits().maximumQueuedMessages() + ", bytes "
                            + configuration.limits().maximumQueuedBytes() + ")",
                    ReasonCode.QUOTA_EXCEEDED);
        }
        return reserved(outbound);
    }

    private Publication reserved(OutboundMessage outbound) {
        PublishOperation operation = new PublishOperation(loop, outbound);
        loop.submit(new ReservedPublish(loop, outbound, operation));
        return operation;
    }

    @Override
    public void publishRate(PublishRate rate) {
        Objects.requireNonNull(rate);
        loop.submit(Command.of(() -> engine.publishRate(rate)));
    }

    @Override
    public CompletableFuture<Void> enqueue(Message message, PublishOptions options) {
        if (options.timeout().isPresent()) {
            throw new IllegalArgumentException("Time-out " + options.timeout().get()
                    + " is for a message whose end is told to the caller, and this one is left to the store: use"
                    + " publish(...), a Message Expiry Interval, or QueuePolicy.withMaximumAge(...)");
        }
        EnqueueOperation operation = new EnqueueOperation(loop, outbound(message, options));
        loop.submit(operation);
        return operation;
    }

    private OutboundMessage outbound(Message message, PublishOptions options) {
        if (!message.properties().equals(MessageProperties.NONE)) {
            requireMqtt5(() -> "The message has " + message.properties());
        }
        if (message.qos() == QoS.AT_MOST_ONCE && options.checkpoint().isPresent()) {
            throw new IllegalArgumentException("Checkpoint '"
                    + options.checkpoint().get().name()
                    + "' is attached to a QoS 0 message, which is not stored: publish with QoS 1 or 2");
        }
        return new OutboundMessage(message, options, System.currentTimeMillis());
    }

    @Override
    public CompletableFuture<SubscribeResult> subscribe(List<Subscription> subscriptions, MessageHandler handler) {
        List<Subscription> all = List.copyOf(subscriptions);
        Objects.requireNonNull(handler);
        checkNotEmpty(all, "subscription");
        for (Subscription subscription : all) {
            if (subscription.needsMqtt5()) {
                requireMqtt5(() -> subscription + " has an option of MQTT 5.0");
            }
        }
        HandlerChange change = HandlerChange.subscribed(
                all.stream().map(Subscription::topicFilter).toList(), handler, lastHandler.incrementAndGet());
        return submit(new FutureCommand<>(completions.<SubscribeResult>newFuture()) {
            @Override
            public void run() {
                loop.handOver(change);
                engine.submit(Request.subscribe(
                        all,
                        change.subscriptionIdentifier(),
                        RequestOperation.of(
                                completions,
                                future,
                                change.number(),
                                request -> new SubscribeResult(request.reasonCodes(), request.diagnostics()))));
            }
        });
    }

    @Override
    public void onMessage(String topicFilter, MessageHandler handler) {
        HandlerChange change = HandlerChange.declared(
                TopicFilter.of(topicFilter), Objects.requireNonNull(handler), lastHandler.incrementAndGet());
        // At once, and not by way of the loop: so it is in place before whatever a later connect() brings.
        loop.dispatcher().handOver(List.of(change));
    }

    @Override
    public Inbox newInbox(InboxOptions options) {
        return loop.inboxes().open(Objects.requireNonNull(options));
    }

    @Override
    public CompletableFuture<UnsubscribeResult> unsubscribe(List<TopicFilter> topicFilters) {
        List<TopicFilter> all = List.copyOf(topicFilters);
        checkNotEmpty(all, "topic filter");
        // A handler that is registered before the answer is here is not meant.
        long before = lastHandler.get();
        return submit(new FutureCommand<>(completions.<UnsubscribeResult>newFuture()) {
            @Override
            public void run() {
                engine.submit(Request.unsubscribe(
                        all,
                        RequestOperation.of(
                                completions,
                                future,
                                before,
                                request -> new UnsubscribeResult(request.reasonCodes(), request.diagnostics()))));
            }
        });
    }

    @Override
    public CompletableFuture<ReceivedMessage> request(Message message, Duration timeout) {
        requireMqtt5(() -> "A request needs a Response Topic");
        if (message.properties().responseTopic().isPresent()
                || message.properties().correlationData().isPresent()) {
            throw new IllegalArgumentException("The request has " + message.properties()
                    + ", and the client sets Response Topic and Correlation Data itself: leave them out, or publish");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "Time-out " + timeout + " is out of range: use more than zero, at most one day");
        }
        return submit(new FutureCommand<>(new ResponseFuture<ReceivedMessage>(loop)) {
            @Override
            public void run() {
                requests.begin(message, timeout, future);
            }
        });
    }

    @Override
    public CompletableFuture<Diagnostics> reauthenticate() {
        if (configuration.enhancedAuthentication().isEmpty()) {
            throw new IllegalStateException(
                    "This client has no enhanced authentication: call enhancedAuthentication(...) on the builder");
        }
        return submit(new FutureCommand<>(completions.<Diagnostics>newFuture()) {
            @Override
            public void run() {
                Objects.requireNonNull(loop.authenticator()).reauthenticate(future);
            }
        });
    }

    /** Refuses what needs MQTT 5.0 where another version is spoken; a version not yet known is given the benefit of doubt. */
    private void requireMqtt5(Supplier<String> what) {
        ProtocolVersion version = configuration.protocolVersions().size() == 1
                ? configuration.protocolVersion()
                : status.protocolVersion().orElse(ProtocolVersion.MQTT_5);
        if (version != ProtocolVersion.MQTT_5) {
            throw new IllegalArgumentException(what.get() + " and this client speaks " + version
                    + ", which does not have it: leave it out, or call protocolVersion(MQTT_5)");
        }
    }

    private static void checkNotEmpty(List<?> list, String what) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException("The list has no " + what + ": give at least one");
        }
    }

    @Override
    public CompletableFuture<Void> disconnect(DisconnectOptions options) {
        if (options.needsMqtt5()) {
            requireMqtt5(() -> options + " has an option of MQTT 5.0");
        }
        if (configuration.sessionExpirySeconds() == 0
                && options.sessionExpirySeconds().orElse(0) != 0) {
            throw new IllegalArgumentException("Session Expiry Interval "
                    + options.sessionExpirySeconds().getAsLong()
                    + " s is for a session that ends with its connection, which cannot be undone: call"
                    + " sessionExpirySeconds(...) on the builder [MQTT-3.14.2-2]");
        }
        Disconnect packet = new Disconnect(
                options.reasonCode(), options.sessionExpirySeconds().orElse(-1), null, options.diagnostics());
        return submit(new FutureCommand<>(completions.<Void>newFuture()) {
            @Override
            public void run() {
                MqttException tooLarge = options.sessionExpirySeconds().isPresent() ? tooLarge(packet) : null;
                if (tooLarge != null) {
                    completions.completeExceptionally(future, tooLarge);
                    return;
                }
                engine.disconnect(packet, options.quiesce().toNanos(), System.nanoTime());
                status.awaitEnd(future, engine.isIdle());
            }
        });
    }

    /** Words may be left out of DISCONNECT, but not how long the session is to last. */
    private @Nullable MqttException tooLarge(Disconnect packet) {
        long maximum = status.negotiated()
                .map(negotiated -> negotiated.server().maximumPacketSizeBytes())
                .orElse(ServerLimits.NONE.maximumPacketSizeBytes());
        int sizeBytes = new PacketEncoder(ProtocolVersion.MQTT_5)
                .sizeBytes(new Disconnect(packet.reasonCode(), packet.sessionExpirySeconds(), null, Diagnostics.NONE));
        return sizeBytes <= maximum
                ? null
                : new RequestException(
                        "DISCONNECT with a Session Expiry Interval takes " + sizeBytes
                                + " bytes and the server's Maximum Packet Size is " + maximum
                                + ": disconnect without it [MQTT-3.2.2-15]",
                        ReasonCode.PACKET_TOO_LARGE);
    }

    @Override
    public ClientState state() {
        return status.state();
    }

    @Override
    public Optional<Negotiated> negotiated() {
        return status.negotiated();
    }

    @Override
    public ClientStatistics statistics() {
        return loop.observation().statistics();
    }

    @Override
    public Optional<Payload> checkpoint(String name) {
        return status.checkpoint(name);
    }

    @Override
    public CompletableFuture<List<Publication>> pendingPublications(Predicate<? super PendingMessage> which) {
        Objects.requireNonNull(which);
        return submit(new FutureCommand<>(completions.<List<Publication>>newFuture()) {
            @Override
            public void run() {
                engine.list(new PendingCollector(loop, which, future));
            }
        });
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        boolean byHandler = loop.dispatcher().isWorker();
        LoopFuture<Void> done = completions.newFuture();
        loop.submit(new Command() {
            @Override
            public void run() {
                loop.close(done, byHandler);
            }

            @Override
            public void abort(MqttException cause) {
                loop.whenClosed(done);
            }
        });
        return done;
    }

    @Override
    public void close() {
        try {
            closeAsync().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MqttException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
