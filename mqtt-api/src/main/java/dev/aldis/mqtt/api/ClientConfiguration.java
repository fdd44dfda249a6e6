package dev.aldis.mqtt.api;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What {@link MqttClientBuilder} has collected, checked as a whole. Immutable; for the client's implementation. */
public final class ClientConfiguration {

    private final List<URI> servers;
    private final List<ProtocolVersion> protocolVersions;
    private final String clientIdentifier;
    private final boolean cleanStart;
    private final long sessionExpirySeconds;
    private final int keepAliveSeconds;
    private final Optional<Credentials> credentials;
    private final Optional<Will> will;
    private final List<UserProperty> connectUserProperties;
    private final Optional<ConnectOptionsSupplier> connectOptionsSupplier;
    private final int maximumRedirects;
    private final Optional<EnhancedAuthentication> enhancedAuthentication;
    private final int topicAliasesToServer;
    private final int topicAliasesFromServer;
    private final Optional<TopicName> responseTopic;
    private final TransportOptions transport;
    private final Duration connectTimeout;
    private final ReconnectPolicy reconnectPolicy;
    private final LostSessionPolicy lostSessionPolicy;
    private final HandlerFailurePolicy handlerFailurePolicy;
    private final ReceiveOptions receiveOptions;
    private final Optional<MessageHandler> unmatchedHandler;
    private final ClientLimits limits;
    private final QueuePolicy queuePolicy;
    private final PublishRate publishRate;
    private final PersistenceOptions persistence;
    private final Optional<Executor> handlerExecutor;
    private final Optional<Executor> resultExecutor;
    private final Map<TopicFilter, MessageHandler> handlers;
    private final ClientListener listener;
    private final ObservationOptions observation;

    ClientConfiguration(MqttClientBuilder builder) {
        this.servers = List.copyOf(builder.servers);
        this.protocolVersions = builder.protocolVersions;
        this.clientIdentifier = builder.clientIdentifier;
        this.cleanStart = builder.cleanStart;
        this.sessionExpirySeconds = builder.sessionExpirySeconds;
        this.keepAliveSeconds = builder.keepAliveSeconds;
        this.credentials = Optional.ofNullable(builder.credentials);
        this.will = Optional.ofNullable(builder.will);
        this.connectUserProperties = List.copyOf(builder.connectUserProperties);
        this.connectOptionsSupplier = Optional.ofNullable(builder.connectOptions);
        this.maximumRedirects = builder.maximumRedirects;
        this.enhancedAuthentication = Optional.ofNullable(builder.enhancedAuthentication);
        this.topicAliasesToServer = builder.topicAliasesToServer;
        this.topicAliasesFromServer = builder.topicAliasesFromServer;
        this.responseTopic = Optional.ofNullable(builder.responseTopic);
        this.transport = builder.transport;
        this.connectTimeout = builder.connectTimeout;
        this.reconnectPolicy = builder.reconnectPolicy;
        this.lostSessionPolicy = builder.lostSessionPolicy;
        this.handlerFailurePolicy = builder.handlerFailurePolicy;
        this.receiveOptions = builder.receiveOptions;
        this.unmatchedHandler = Optional.ofNullable(builder.unmatchedHandler);
        this.limits = builder.limits;
        this.queuePolicy = builder.queuePolicy;
        this.publishRate = builder.publishRate;
        this.persistence = builder.persistence;
        this.handlerExecutor = Optional.ofNullable(builder.handlerExecutor);
        this.resultExecutor = Optional.ofNullable(builder.resultExecutor);
        this.handlers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.handlers));
        this.listener = builder.listener;
        this.observation = builder.observation;
        ConfigurationChecks.check(this);
        ConfigurationChecks.checkOptionsOfMqtt5(builder);
    }

    /**
     * Checks that a version has a place for what CONNECT is to say.
     *
     * @param options what CONNECT is to say
     * @param version the version that it is said in
     * @throws IllegalStateException if one of the options needs MQTT 5.0 and this is an earlier version
     */
    public void checkOptions(ConnectOptions options, ProtocolVersion version) {
        ConfigurationChecks.checkOptions(this, options, version);
    }

    /**
     * The servers, in the order in which they are tried.
     *
     * @return one or more URIs
     */
    public List<URI> servers() {
        return servers;
    }

    /**
     * The protocol version that is tried first.
     *
     * @return the version
     */
    public ProtocolVersion protocolVersion() {
        return protocolVersions.get(0);
    }

    /**
     * The protocol versions in the order in which they are tried.
     *
     * @return one or more; the next only after a server has said that it does not support the one before
     */
    public List<ProtocolVersion> protocolVersions() {
        return protocolVersions;
    }

    /**
     * The client identifier.
     *
     * @return the text; empty if the server is to assign one
     */
    public String clientIdentifier() {
        return clientIdentifier;
    }

    /**
     * Whether the first connection begins a new session.
     *
     * @return the flag
     */
    public boolean cleanStart() {
        return cleanStart;
    }

    /**
     * How long the server is to keep the session.
     *
     * @return 0 to 4,294,967,295 seconds
     */
    public long sessionExpirySeconds() {
        return sessionExpirySeconds;
    }

    /**
     * The Keep Alive.
     *
     * @return 0 to 65,535 seconds
     */
    public int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /**
     * User name and password.
     *
     * @return empty if there are none
     */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    /**
     * The Will Message.
     *
     * @return empty if there is none
     */
    public Optional<Will> will() {
        return will;
    }

    /**
     * The User Properties of CONNECT.
     *
     * @return an immutable list
     */
    public List<UserProperty> connectUserProperties() {
        return connectUserProperties;
    }

    /**
     * Who is asked before each attempt what CONNECT is to say.
     *
     * @return empty if each attempt says what the builder was given
     */
    public Optional<ConnectOptionsSupplier> connectOptionsSupplier() {
        return connectOptionsSupplier;
    }

    /**
     * How many times in a row the client follows a server's reference to another one.
     *
     * @return 0 to 100
     */
    public int maximumRedirects() {
        return maximumRedirects;
    }

    /**
     * The method of enhanced authentication.
     *
     * @return empty for none
     */
    public Optional<EnhancedAuthentication> enhancedAuthentication() {
        return enhancedAuthentication;
    }

    /**
     * How many Topic Aliases the client uses at most.
     *
     * @return 0 to 65,535
     */
    public int topicAliasesToServer() {
        return topicAliasesToServer;
    }

    /**
     * How many Topic Aliases the server may use.
     *
     * @return 0 to 65,535
     */
    public int topicAliasesFromServer() {
        return topicAliasesFromServer;
    }

    /**
     * Where responses to requests go.
     *
     * @return empty if the client chooses a topic
     */
    public Optional<TopicName> responseTopic() {
        return responseTopic;
    }

    /**
     * How connections are made and secured.
     *
     * @return the options
     */
    public TransportOptions transport() {
        return transport;
    }

    /**
     * How long one attempt to connect may take.
     *
     * @return more than zero
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * When a lost connection is made again.
     *
     * @return the policy
     */
    public ReconnectPolicy reconnectPolicy() {
        return reconnectPolicy;
    }

    /**
     * What happens to messages in flight when the session is lost.
     *
     * @return the policy
     */
    public LostSessionPolicy lostSessionPolicy() {
        return lostSessionPolicy;
    }

    /**
     * What happens when a handler throws.
     *
     * @return the policy
     */
    public HandlerFailurePolicy handlerFailurePolicy() {
        return handlerFailurePolicy;
    }

    /**
     * How messages reach the application.
     *
     * @return the options
     */
    public ReceiveOptions receiveOptions() {
        return receiveOptions;
    }

    /**
     * Whether PUBREC waits for the application's decision, since QoS 2 messages can be refused.
     *
     * @return true if an option needs it
     */
    public boolean receiptsWait() {
        return receiveOptions.refusal()
                || receiveOptions.unmatched() == UnmatchedPolicy.REFUSE
                || handlerFailurePolicy == HandlerFailurePolicy.REFUSE;
    }

    /**
     * The handler of messages that no other handler is for.
     *
     * @return empty if they go the way of the policy
     */
    public Optional<MessageHandler> unmatchedHandler() {
        return unmatchedHandler;
    }

    /**
     * The limits.
     *
     * @return the limits
     */
    public ClientLimits limits() {
        return limits;
    }

    /**
     * What becomes of messages that wait.
     *
     * @return the policy
     */
    public QueuePolicy queuePolicy() {
        return queuePolicy;
    }

    /**
     * How fast messages are sent at first.
     *
     * @return the rate
     */
    public PublishRate publishRate() {
        return publishRate;
    }

    /**
     * Where messages are kept, and how.
     *
     * @return the options
     */
    public PersistenceOptions persistence() {
        return persistence;
    }

    /**
     * The executor for handlers and listeners.
     *
     * @return empty for the shared threads
     */
    public Optional<Executor> handlerExecutor() {
        return handlerExecutor;
    }

    /**
     * The executor on which futures complete.
     *
     * @return empty for the event loop
     */
    public Optional<Executor> resultExecutor() {
        return resultExecutor;
    }

    /**
     * The handlers that are there before the first connection.
     *
     * @return an immutable map in the order of addition
     */
    public Map<TopicFilter, MessageHandler> handlers() {
        return handlers;
    }

    /**
     * What is told of the client's work besides its events.
     *
     * @return the options
     */
    public ObservationOptions observation() {
        return observation;
    }

    /**
     * The listener for events.
     *
     * @return the listener
     */
    public ClientListener listener() {
        return listener;
    }
}
