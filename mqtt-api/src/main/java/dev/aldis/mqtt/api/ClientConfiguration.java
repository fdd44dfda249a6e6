package dev.aldis.mqtt.api;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

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
    private final boolean publicationsReported;
    private final URI persistence;
    private final Optional<StoreProvider> storeProvider;
    private final Durability durability;
    private final Optional<EncryptionKeys> encryption;
    private final Optional<Executor> handlerExecutor;
    private final Optional<Executor> resultExecutor;
    private final Map<TopicFilter, MessageHandler> handlers;
    private final ClientListener listener;
    private final Optional<PacketTrace> packetTrace;
    private final Optional<Consumer<ClientStatistics>> statisticsListener;
    private final Duration statisticsInterval;

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
        this.publicationsReported = builder.publicationsReported;
        this.persistence = builder.persistence;
        this.storeProvider = Optional.ofNullable(builder.storeProvider);
        this.durability = builder.durability;
        this.encryption = Optional.ofNullable(builder.encryption);
        this.handlerExecutor = Optional.ofNullable(builder.handlerExecutor);
        this.resultExecutor = Optional.ofNullable(builder.resultExecutor);
        this.handlers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.handlers));
        this.listener = builder.listener;
        this.packetTrace = Optional.ofNullable(builder.packetTrace);
        this.statisticsListener = Optional.ofNullable(builder.statisticsListener);
        this.statisticsInterval = builder.statisticsInterval;
        checkServer();
        checkIdentifier();
        if (protocolVersion() != ProtocolVersion.MQTT_5) {
            checkEarlierVersion();
        }
        checkRefusal();
    }

    private void checkServer() {
        if (servers.isEmpty()) {
            throw new IllegalStateException("No server was given: call server(\"mqtt://localhost:1883\")");
        }
    }

    private void checkIdentifier() {
        if (!clientIdentifier.isEmpty()) {
            return;
        }
        if (!persistence.getScheme().equals("memory")) {
            throw new IllegalStateException("Persistence '" + persistence
                    + "' keeps a session for a client identifier, but none was given: call clientIdentifier(...)");
        }
        if (protocolVersions.contains(ProtocolVersion.MQTT_3_1)) {
            throw new IllegalStateException("MQTT 3.1 needs a client identifier: call clientIdentifier(...)");
        }
        if (protocolVersions.contains(ProtocolVersion.MQTT_3_1_1) && !cleanStart) {
            throw new IllegalStateException("MQTT 3.1.1 without a client identifier needs cleanStart(true)"
                    + " [MQTT-3.1.3-7]: call that, or clientIdentifier(...)");
        }
    }

    /** A server that turns out to speak an earlier version only could not be told of a refusal. */
    private void checkRefusal() {
        for (ProtocolVersion version : protocolVersions) {
            if (receiptsWait() && version != ProtocolVersion.MQTT_5) {
                String option = handlerFailurePolicy == HandlerFailurePolicy.REFUSE
                        ? "handlerFailure(REFUSE)"
                        : "receive(...) with a refusal";
                throw new IllegalStateException(needs5(option, version));
            }
        }
    }

    private void checkEarlierVersion() {
        checkOptions(new ConnectOptions(credentials, will, connectUserProperties), protocolVersion());
        if (maximumRedirects > 0) {
            throw new IllegalStateException(needs5("followRedirects", protocolVersion()));
        }
    }

    /**
     * Checks that a version has a place for what CONNECT is to say.
     *
     * @param options what CONNECT is to say
     * @param version the version that it is said in
     * @throws IllegalStateException if one of the options needs MQTT 5.0 and this is an earlier version
     */
    public void checkOptions(ConnectOptions options, ProtocolVersion version) {
        if (version == ProtocolVersion.MQTT_5) {
            return;
        }
        if (enhancedAuthentication.isPresent()) {
            throw new IllegalStateException(needs5("enhancedAuthentication", version));
        }
        if (!options.userProperties().isEmpty()) {
            throw new IllegalStateException(needs5("connectUserProperty", version));
        }
        if (options.will().isPresent()) {
            Will value = options.will().get();
            if (value.delaySeconds() != 0 || !value.message().properties().equals(MessageProperties.NONE)) {
                throw new IllegalStateException(needs5("A will with a delay or with properties", version));
            }
        }
        if (options.credentials().isPresent()
                && options.credentials().get().userName().isEmpty()) {
            throw new IllegalStateException(needs5("A password without a user name", version) + " [MQTT-3.1.2-22]");
        }
    }

    private static String needs5(String what, ProtocolVersion version) {
        return what + " needs MQTT 5.0, and this client speaks " + version
                + ": leave it out, or call protocolVersion(MQTT_5)";
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
     * Whether the listener is told of the end of each message.
     *
     * @return the flag
     */
    public boolean publicationsReported() {
        return publicationsReported;
    }

    /**
     * Where messages are kept.
     *
     * @return the location
     */
    public URI persistence() {
        return persistence;
    }

    /**
     * The store provider that was given as an object.
     *
     * @return empty if the scheme of the location chooses it
     */
    public Optional<StoreProvider> storeProvider() {
        return storeProvider;
    }

    /**
     * What stored messages survive.
     *
     * @return the level
     */
    public Durability durability() {
        return durability;
    }

    /**
     * The keys that stored records are encrypted with.
     *
     * @return empty if they are stored as they are
     */
    public Optional<EncryptionKeys> encryption() {
        return encryption;
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
     * Who sees every Control Packet.
     *
     * @return empty for nobody
     */
    public Optional<PacketTrace> packetTrace() {
        return packetTrace;
    }

    /**
     * Who is told the statistics.
     *
     * @return empty for nobody
     */
    public Optional<Consumer<ClientStatistics>> statisticsListener() {
        return statisticsListener;
    }

    /**
     * The time between two tellings of the statistics.
     *
     * @return 1 millisecond to one day
     */
    public Duration statisticsInterval() {
        return statisticsInterval;
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
