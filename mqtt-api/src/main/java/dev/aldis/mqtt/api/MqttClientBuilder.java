package dev.aldis.mqtt.api;

import dev.aldis.mqtt.spi.engine.ClientProvider;
import dev.aldis.mqtt.spi.engine.ClientProviders;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Describes a client; {@link MqttClient#builder()} makes one. Not safe for use by several threads at once. */
public final class MqttClientBuilder {

    final List<URI> servers = new ArrayList<>();
    List<ProtocolVersion> protocolVersions = List.of(ProtocolVersion.MQTT_5);
    String clientIdentifier = "";
    boolean cleanStart;
    long sessionExpirySeconds = 86_400;
    boolean sessionExpirySet;
    int keepAliveSeconds = 60;

    @Nullable
    Credentials credentials;

    @Nullable
    Will will;

    final List<UserProperty> connectUserProperties = new ArrayList<>();

    @Nullable
    ConnectOptionsSupplier connectOptions;

    int maximumRedirects;

    @Nullable
    EnhancedAuthentication enhancedAuthentication;

    int topicAliasesToServer = 1_000;
    int topicAliasesFromServer = 0;
    boolean topicAliasesSet;

    @Nullable
    TopicName responseTopic;

    TransportOptions transport = TransportOptions.DEFAULT;
    Duration connectTimeout = Duration.ofSeconds(20);
    ReconnectPolicy reconnectPolicy = ReconnectPolicy.DEFAULT;
    LostSessionPolicy lostSessionPolicy = LostSessionPolicy.REPUBLISH;
    HandlerFailurePolicy handlerFailurePolicy = HandlerFailurePolicy.REDELIVER;
    ReceiveOptions receiveOptions = ReceiveOptions.DEFAULT;

    @Nullable
    MessageHandler unmatchedHandler;

    ClientLimits limits = ClientLimits.DEFAULT;
    QueuePolicy queuePolicy = QueuePolicy.DEFAULT;
    PublishRate publishRate = PublishRate.UNLIMITED;
    PersistenceOptions persistence = PersistenceOptions.MEMORY;

    @Nullable
    Executor handlerExecutor;

    @Nullable
    Executor resultExecutor;

    final Map<TopicFilter, MessageHandler> handlers = new LinkedHashMap<>();
    ClientListener listener = event -> {};
    ObservationOptions observation = ObservationOptions.NONE;

    MqttClientBuilder() {}

    /**
     * Adds a server. The scheme chooses the transport: {@code mqtt}, {@code mqtts} and {@code mqtt+unix} with the artifact
     * {@code mqtt-transport-netty}, {@code ws} and {@code wss} with {@code mqtt-transport-websocket}. Several servers are
     * tried in turn, see {@link ReconnectPolicy}.
     *
     * @param uri for example {@code mqtt://localhost:1883}; the port may be left out
     * @return this
     * @throws IllegalArgumentException if it is no absolute URI with a host
     */
    public MqttClientBuilder server(String uri) {
        return server(ServerUri.parse(uri));
    }

    /**
     * Adds a server, as {@link #server(String)}.
     *
     * @param uri its URI
     * @return this
     * @throws IllegalArgumentException if it is no absolute URI
     */
    public MqttClientBuilder server(URI uri) {
        servers.add(ServerUri.checked(uri));
        return this;
    }

    /**
     * Sets the protocol version; MQTT 5.0 by default.
     *
     * @param version the version to speak
     * @return this
     */
    public MqttClientBuilder protocolVersion(ProtocolVersion version) {
        this.protocolVersions = List.of(version);
        return this;
    }

    /**
     * Lets the server choose the protocol version: MQTT 5.0 is tried first, then 3.1.1, then 3.1, each only after the server
     * has said that it does not support the one before. A server that just closes the connection has not said so. What was
     * found holds until the next {@link MqttClient#connect()}. While the version is not known, a call with an option that
     * only MQTT 5.0 has is accepted, and fails when it turns out that the server has none. Of the options of this builder
     * {@link #sessionExpirySeconds}, {@link #topicAliases}, {@link #responseTopic}, {@link #followRedirects} and a Receive
     * Maximum are for connections of MQTT 5.0, and have nothing to say on one of an earlier version.
     *
     * @return this
     */
    public MqttClientBuilder protocolVersionAuto() {
        this.protocolVersions = List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_3_1);
        return this;
    }

    /**
     * Sets the client identifier; by default the server assigns one. A store other than {@code memory:} needs one, since
     * it keeps a session for it.
     *
     * @param identifier at most 65,535 bytes in UTF-8; each server takes 1 to 23 of the characters 0-9, a-z, A-Z
     * @return this
     * @throws IllegalArgumentException if it is too long or cannot be encoded
     */
    public MqttClientBuilder clientIdentifier(String identifier) {
        this.clientIdentifier = MqttText.check("Client Identifier", identifier);
        return this;
    }

    /**
     * Sets whether the first connection begins a new session; false by default. Later connections of the same client
     * resume the session. For 3.1.1 and 3.1 this is Clean Session: true also ends the session with each connection.
     *
     * @param flag true for a new session
     * @return this
     */
    public MqttClientBuilder cleanStart(boolean flag) {
        this.cleanStart = flag;
        return this;
    }

    /**
     * Sets how long the server is to keep the session after a connection; one day by default. MQTT 5.0 only: a server of
     * 3.1.1 or 3.1 keeps a session for as long as it likes, or with {@link #cleanStart} not beyond the connection.
     *
     * @param seconds 0 to 4,294,967,295; the largest is for ever
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public MqttClientBuilder sessionExpirySeconds(long seconds) {
        this.sessionExpirySet = true;
        this.sessionExpirySeconds = inRange("Session Expiry Interval", seconds, 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the Keep Alive; 60 seconds by default. The server may set another.
     *
     * <p>A server that has not answered PINGREQ after half of it, and at least a second, counts as gone. Where the client
     * stood still meanwhile, as in a pause of the machine, it waits for the answer as long once more.
     *
     * @param seconds 0 to 65,535; 0 switches it off
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public MqttClientBuilder keepAliveSeconds(int seconds) {
        this.keepAliveSeconds = (int) inRange("Keep Alive", seconds, 65_535);
        return this;
    }

    /**
     * Sets user name and password; none by default.
     *
     * @param value the credentials
     * @return this
     */
    public MqttClientBuilder credentials(Credentials value) {
        this.credentials = Objects.requireNonNull(value);
        return this;
    }

    /**
     * Sets the Will Message; none by default.
     *
     * @param value the will
     * @return this
     */
    public MqttClientBuilder will(Will value) {
        this.will = Objects.requireNonNull(value);
        return this;
    }

    /**
     * Adds a User Property to CONNECT. MQTT 5.0 only.
     *
     * @param name its name
     * @param value its value
     * @return this
     * @throws IllegalArgumentException if one of them is too long or cannot be encoded
     */
    public MqttClientBuilder connectUserProperty(String name, String value) {
        connectUserProperties.add(new UserProperty(name, value));
        return this;
    }

    /**
     * Sets who is asked before each attempt what CONNECT is to say, for example a token that is fetched afresh; by default
     * each attempt says what the builder was given.
     *
     * @param supplier is asked on the event loop, and answers when it can
     * @return this
     */
    public MqttClientBuilder connectOptions(ConnectOptionsSupplier supplier) {
        this.connectOptions = Objects.requireNonNull(supplier);
        return this;
    }

    /**
     * Follows a server that refers to another one (Reason Codes Use another server and Server moved, with a Server
     * Reference); off by default, since it lets a server decide where this client sends its credentials. The scheme stays as
     * it is, so TLS stays TLS. MQTT 5.0 only.
     *
     * @param maximumHops how many times in a row, 0 to 100; 0 never
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public MqttClientBuilder followRedirects(int maximumHops) {
        if (maximumHops < 0 || maximumHops > 100) {
            throw new IllegalArgumentException(
                    "Maximum of redirects " + maximumHops + " is out of range: use 0 to 100");
        }
        this.maximumRedirects = maximumHops;
        return this;
    }

    /**
     * Sets a method of enhanced authentication; none by default. MQTT 5.0 only.
     *
     * @param authentication the method
     * @return this
     */
    public MqttClientBuilder enhancedAuthentication(EnhancedAuthentication authentication) {
        this.enhancedAuthentication = Objects.requireNonNull(authentication);
        return this;
    }

    /**
     * Sets how many Topic Aliases are used; 1,000 to the server and none from it by default. To the server the client sets
     * them by itself, as many as the server allows. A server that uses one before it has set it is disconnected, and some do:
     * so allow them, which saves traffic, for a server that is known to get them right. MQTT 5.0 only.
     *
     * @param toServer how many the client uses at most, 0 to 65,535; 0 for none
     * @param fromServer how many the server may use, 0 to 65,535; 0 for none; each costs the memory of one topic
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public MqttClientBuilder topicAliases(int toServer, int fromServer) {
        for (int value : new int[] {toServer, fromServer}) {
            if (value < 0 || value > 65_535) {
                throw new IllegalArgumentException(
                        "Maximum of Topic Aliases " + value + " is out of range: use 0 to 65535");
            }
        }
        this.topicAliasesSet = toServer > 0 || fromServer > 0;
        this.topicAliasesToServer = toServer;
        this.topicAliasesFromServer = fromServer;
        return this;
    }

    /**
     * Sets where responses to {@link MqttClient#request} go. By default a topic that no other client has: below the Response
     * Information of the server, if it gives some, below {@code responses/} otherwise. MQTT 5.0 only.
     *
     * @param topic used by this client alone
     * @return this
     * @throws IllegalArgumentException if it is no topic name
     */
    public MqttClientBuilder responseTopic(String topic) {
        this.responseTopic = TopicName.of(topic);
        return this;
    }

    /**
     * Sets how connections are made: sockets, proxy, WebSocket, TLS; {@link TransportOptions#DEFAULT} by default.
     *
     * @param options the options
     * @return this
     */
    public MqttClientBuilder transport(TransportOptions options) {
        this.transport = Objects.requireNonNull(options);
        return this;
    }

    /**
     * Sets how {@code mqtts} and {@code wss} are secured, and leaves the other options of {@link #transport} as they are;
     * {@link TlsOptions#DEFAULT} by default.
     *
     * @param options trust and client certificate
     * @return this
     */
    public MqttClientBuilder tls(TlsOptions options) {
        this.transport = transport.withTls(options);
        return this;
    }

    /**
     * Sets how long one attempt to connect may take, up to CONNACK; 20 seconds by default.
     *
     * @param timeout more than zero, at most one day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public MqttClientBuilder connectTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "Connect timeout " + timeout + " is out of range: use more than zero, at most one day");
        }
        this.connectTimeout = timeout;
        return this;
    }

    /**
     * Sets when a lost connection is made again; {@link ReconnectPolicy#DEFAULT} by default.
     *
     * @param policy the policy
     * @return this
     */
    public MqttClientBuilder reconnect(ReconnectPolicy policy) {
        this.reconnectPolicy = Objects.requireNonNull(policy);
        return this;
    }

    /**
     * Sets what happens to messages in flight when the server has lost the session; they are published again by default.
     *
     * @param policy the policy
     * @return this
     */
    public MqttClientBuilder lostSession(LostSessionPolicy policy) {
        this.lostSessionPolicy = Objects.requireNonNull(policy);
        return this;
    }

    /**
     * Sets what happens to a message whose handler throws; it is handed over again by default.
     *
     * @param policy the policy
     * @return this
     */
    public MqttClientBuilder handlerFailure(HandlerFailurePolicy policy) {
        this.handlerFailurePolicy = Objects.requireNonNull(policy);
        return this;
    }

    /**
     * Sets how messages reach the application; {@link ReceiveOptions#DEFAULT} by default.
     *
     * @param options order, messages without a handler, refusal
     * @return this
     */
    public MqttClientBuilder receive(ReceiveOptions options) {
        this.receiveOptions = Objects.requireNonNull(options);
        return this;
    }

    /**
     * Sets the handler of messages that no other handler is for; by default they go the way of the
     * {@link UnmatchedPolicy}.
     *
     * @param handler takes them
     * @return this
     */
    public MqttClientBuilder onUnmatched(MessageHandler handler) {
        this.unmatchedHandler = Objects.requireNonNull(handler);
        return this;
    }

    /**
     * Sets the limits; {@link ClientLimits#DEFAULT} by default.
     *
     * @param value the limits
     * @return this
     */
    public MqttClientBuilder limits(ClientLimits value) {
        this.limits = Objects.requireNonNull(value);
        return this;
    }

    /**
     * Sets what becomes of messages that wait; {@link QueuePolicy#DEFAULT} by default.
     *
     * @param policy the policy
     * @return this
     */
    public MqttClientBuilder queue(QueuePolicy policy) {
        this.queuePolicy = Objects.requireNonNull(policy);
        return this;
    }

    /**
     * Limits how fast messages are sent; not limited by default. {@link MqttClient#publishRate} changes it later.
     *
     * @param rate the rate
     * @return this
     */
    public MqttClientBuilder publishRate(PublishRate rate) {
        this.publishRate = Objects.requireNonNull(rate);
        return this;
    }

    /**
     * Sets where messages are kept; {@code memory:} by default, which survives lost connections but not the process. The
     * scheme chooses the store: {@code h2:./data} with the artifact {@code mqtt-persistence-h2}.
     *
     * @param uri the location
     * @return this
     * @throws IllegalArgumentException if it is no absolute URI
     */
    public MqttClientBuilder persistence(String uri) {
        return persistence(PersistenceOptions.of(uri));
    }

    /**
     * Sets where messages are kept, with durability, encryption or a store of one's own; {@link PersistenceOptions#MEMORY} by
     * default. Takes the place of what was set before.
     *
     * @param options location, provider, durability, encryption
     * @return this
     */
    public MqttClientBuilder persistence(PersistenceOptions options) {
        this.persistence = Objects.requireNonNull(options);
        return this;
    }

    /**
     * Sets the executor for message handlers and listeners; by default a few shared daemon threads. One client hands its
     * messages over one at a time, whatever the executor, unless {@link ReceiveOptions#dispatch()} says otherwise.
     *
     * @param executor runs handlers; {@code Runnable::run} runs them on the event loop, where they must not block
     * @return this
     */
    public MqttClientBuilder handlerExecutor(Executor executor) {
        this.handlerExecutor = Objects.requireNonNull(executor);
        return this;
    }

    /**
     * Sets the executor on which futures complete; by default they complete on the event loop, which is fastest.
     *
     * @param executor completes futures
     * @return this
     */
    public MqttClientBuilder resultExecutor(Executor executor) {
        this.resultExecutor = Objects.requireNonNull(executor);
        return this;
    }

    /**
     * Adds a handler that is there before the first connection, so that the first messages of a resumed session find it.
     * It does not subscribe.
     *
     * @param topicFilter which topics
     * @param handler takes the messages
     * @return this
     * @throws IllegalArgumentException if the filter is not valid
     */
    public MqttClientBuilder onMessage(String topicFilter, MessageHandler handler) {
        handlers.put(TopicFilter.of(topicFilter), Objects.requireNonNull(handler));
        return this;
    }

    /**
     * Sets the listener for events; none by default.
     *
     * @param value hears the events
     * @return this
     */
    public MqttClientBuilder listener(ClientListener value) {
        this.listener = Objects.requireNonNull(value);
        return this;
    }

    /**
     * Sets what is told of the client's work besides its events; {@link ObservationOptions#NONE} by default.
     *
     * @param options trace of packets, statistics, ends of publications
     * @return this
     */
    public MqttClientBuilder observation(ObservationOptions options) {
        this.observation = Objects.requireNonNull(options);
        return this;
    }

    /**
     * Makes the client: opens its store and reads what an earlier run left there, which may block on the disk. Connects to
     * nothing.
     *
     * @return the client, to be closed in the end
     * @throws IllegalStateException if no server was given, or options contradict each other
     * @throws ProviderException if a scheme has no provider or more than one
     * @throws StoreException if the store cannot be opened
     */
    public MqttClient build() {
        return build(ClientProviders.single());
    }

    /**
     * Makes the client with a provider given as an object, without ServiceLoader; otherwise as {@link #build()}.
     *
     * @param provider makes the client
     * @return the client, to be closed in the end
     * @throws IllegalStateException if no server was given, or options contradict each other
     * @throws ProviderException if a scheme has no provider or more than one
     * @throws StoreException if the store cannot be opened
     */
    public MqttClient build(ClientProvider provider) {
        return provider.create(new ClientConfiguration(this));
    }

    private static long inRange(String what, long value, long maximum) {
        if (value < 0 || value > maximum) {
            throw new IllegalArgumentException(what + " " + value + " s is out of range: use 0 to " + maximum);
        }
        return value;
    }
}
