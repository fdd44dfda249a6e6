package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.examples.options.Options;
import dev.aldis.mqtt.examples.options.UsageException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/** The options that both programs have, and the client that they describe. */
final class ConnectionOptions {

    static final String DEFAULT_SERVER = "mqtt://localhost:1883";

    private static final ReconnectPolicy RECONNECT = ReconnectPolicy.DEFAULT
            .withRetryFirstConnect(true)
            .withDelays(Duration.ofMillis(200), Duration.ofSeconds(5));

    private final Options options;
    private final Map<String, String> environment;

    /**
     * What the options say.
     *
     * @param options declared by {@link #declare} and read
     * @param environment where {@code --password-env} looks
     */
    ConnectionOptions(Options options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    static Options declare(Options options) {
        return options.value(
                        "--server", "URI", "mqtt://HOST:PORT or mqtts://HOST:PORT; " + DEFAULT_SERVER + " by default")
                .value("--topic", "T", "the topic; needed")
                .value("--qos", "0|1|2", "at most once, at least once, exactly once; 2 by default")
                .value("--version", "5|3.1.1|3.1", "the version of MQTT; 5 by default")
                .value("--client-id", "ID", "names the session at the server; made up by default")
                .value(
                        "--store",
                        "URI",
                        "where messages are kept, such as h2:./data (needs --client-id);\n"
                                + "memory: by default, which does not survive this process")
                .value(
                        "--session-expiry",
                        "SECONDS",
                        "how long the server keeps the session afterwards (MQTT 5);\n" + "86400 by default")
                .flag("--clean-start", "begin a new session at the server")
                .value("--user", "U", "the user name")
                .value("--password-env", "VAR", "the environment variable that holds the password")
                .value(
                        "--cafile",
                        "PEM",
                        "certificates of the authorities to trust, with mqtts;\n" + "those of the JDK by default")
                .value("--certfile", "PEM", "this client's certificate, with mqtts and --keyfile")
                .value("--keyfile", "PEM", "its private key in PKCS#8, not encrypted")
                .flag("--quiet", "print errors only")
                .flag("--help", "print this text");
    }

    boolean quiet() {
        return options.has("--quiet");
    }

    String topic() {
        return options.required("--topic");
    }

    QoS qos() {
        return options.number("--qos", 0, 2)
                .map(level -> QoS.of(level.intValue()))
                .orElse(QoS.EXACTLY_ONCE);
    }

    String server() {
        return options.text("--server").orElse(DEFAULT_SERVER);
    }

    /** Where messages are kept. */
    String store() {
        return options.text("--store").orElse("memory:");
    }

    /** A builder that all of these options were given to. */
    MqttClientBuilder client() {
        MqttClientBuilder builder = MqttClient.builder()
                .protocolVersion(version())
                .clientIdentifier(clientIdentifier())
                .cleanStart(options.has("--clean-start"))
                .reconnect(RECONNECT);
        try {
            builder.server(server());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--server '" + server() + "' is not usable: " + Notices.reason(e));
        }
        try {
            builder.persistence(store());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--store '" + store() + "' is not usable: " + Notices.reason(e));
        }
        options.number("--session-expiry", 0, 0xFFFF_FFFFL).ifPresent(builder::sessionExpirySeconds);
        addCredentials(builder);
        addTls(builder);
        return builder;
    }

    ProtocolVersion version() {
        String text = options.text("--version").orElse("5");
        return switch (text) {
            case "5", "5.0" -> ProtocolVersion.MQTT_5;
            case "3.1.1" -> ProtocolVersion.MQTT_3_1_1;
            case "3.1" -> ProtocolVersion.MQTT_3_1;
            default -> throw new UsageException("--version '" + text + "' is not known: use 5, 3.1.1 or 3.1");
        };
    }

    private String clientIdentifier() {
        if (options.has("--client-id")) {
            return options.required("--client-id");
        }
        if (!store().startsWith("memory:")) {
            throw new UsageException("--store '" + store() + "' keeps a session that needs a name: add --client-id ID");
        }
        // Within the 23 letters and digits that every server takes.
        return "aldis" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
    }

    private void addCredentials(MqttClientBuilder builder) {
        if (options.has("--password-env")) {
            String variable = options.required("--password-env");
            String password = environment.get(variable);
            if (password == null) {
                throw new UsageException(
                        "--password-env '" + variable + "' names no environment variable that is set: set it first");
            }
            Payload bytes = Payload.of(password);
            builder.credentials(options.text("--user")
                    .map(user -> Credentials.of(user, bytes))
                    .orElseGet(() -> Credentials.ofPassword(bytes)));
        } else {
            options.text("--user").ifPresent(user -> builder.credentials(Credentials.ofUserName(user)));
        }
    }

    private void addTls(MqttClientBuilder builder) {
        TlsOptions tls = TlsOptions.DEFAULT;
        if (options.has("--cafile")) {
            tls = tls.withTrustedCertificates(tlsFile("--cafile"));
        }
        if (options.has("--certfile") != options.has("--keyfile")) {
            throw new UsageException(
                    options.has("--certfile")
                            ? "--certfile needs its private key: add --keyfile PEM"
                            : "--keyfile needs its certificate: add --certfile PEM");
        }
        if (options.has("--certfile")) {
            tls = tls.withClientCertificate(tlsFile("--certfile"), tlsFile("--keyfile"));
        }
        builder.tls(tls);
    }

    private Path tlsFile(String name) {
        String scheme = URI.create(server()).getScheme();
        if (!"mqtts".equals(scheme) && !"wss".equals(scheme)) {
            throw new UsageException(
                    name + " is for secured connections, but --server is '" + server() + "': use mqtts://");
        }
        return readable(name, options.required(name));
    }

    /** A file that can be read. */
    static Path readable(String name, String value) {
        Path file = Path.of(value);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UsageException(name + " '" + value + "' is no file that can be read: check the path");
        }
        return file;
    }
}
