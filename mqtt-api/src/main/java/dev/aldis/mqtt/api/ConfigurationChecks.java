package dev.aldis.mqtt.api;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Options of a client that contradict each other, or ask for what its protocol version does not have. */
final class ConfigurationChecks {

    private ConfigurationChecks() {}

    static void check(ClientConfiguration configuration) {
        if (configuration.servers().isEmpty()) {
            throw new IllegalStateException("No server was given: call server(\"mqtt://localhost:1883\")");
        }
        checkIdentifier(configuration);
        configuration.will().ifPresent(ConfigurationChecks::checkText);
        if (configuration.protocolVersion() != ProtocolVersion.MQTT_5) {
            checkEarlierVersion(configuration);
        }
        checkRefusal(configuration);
    }

    private static void checkIdentifier(ClientConfiguration configuration) {
        if (!configuration.clientIdentifier().isEmpty()) {
            return;
        }
        if (!configuration.persistence().location().getScheme().equals("memory")) {
            throw new IllegalStateException(
                    "Persistence '" + configuration.persistence().location()
                            + "' keeps a session for a client identifier, but none was given: call clientIdentifier(...)");
        }
        if (configuration.protocolVersions().contains(ProtocolVersion.MQTT_3_1)) {
            throw new IllegalStateException("MQTT 3.1 needs a client identifier: call clientIdentifier(...)");
        }
        if (configuration.protocolVersions().contains(ProtocolVersion.MQTT_3_1_1) && !configuration.cleanStart()) {
            throw new IllegalStateException("MQTT 3.1.1 without a client identifier needs cleanStart(true)"
                    + " [MQTT-3.1.3-7]: call that, or clientIdentifier(...)");
        }
    }

    /** A server that turns out to speak an earlier version only could not be told of a refusal. */
    private static void checkRefusal(ClientConfiguration configuration) {
        for (ProtocolVersion version : configuration.protocolVersions()) {
            if (configuration.receiptsWait() && version != ProtocolVersion.MQTT_5) {
                String option = configuration.handlerFailurePolicy() == HandlerFailurePolicy.REFUSE
                        ? "handlerFailure(REFUSE)"
                        : "receive(...) with a refusal";
                throw new IllegalStateException(needs5(option, version));
            }
        }
    }

    private static void checkEarlierVersion(ClientConfiguration configuration) {
        ConnectOptions options = new ConnectOptions(
                configuration.credentials(), configuration.will(), configuration.connectUserProperties());
        checkOptions(configuration, options, configuration.protocolVersion());
        if (configuration.maximumRedirects() > 0) {
            throw new IllegalStateException(needs5("followRedirects", configuration.protocolVersion()));
        }
    }

    /** What was asked for and an earlier version has no place for must not be dropped in silence. */
    static void checkOptionsOfMqtt5(MqttClientBuilder builder) {
        if (builder.protocolVersions.contains(ProtocolVersion.MQTT_5)) {
            return;
        }
        ProtocolVersion version = builder.protocolVersions.get(0);
        if (builder.sessionExpirySet) {
            throw new IllegalStateException(needs5("sessionExpirySeconds", version)
                    + "; cleanStart(true) ends the session with its connection");
        }
        if (builder.topicAliasesSet) {
            throw new IllegalStateException(needs5("topicAliases", version));
        }
        if (builder.responseTopic != null) {
            throw new IllegalStateException(needs5("responseTopic", version));
        }
        if (builder.limits.receiveMaximum() > 0) {
            throw new IllegalStateException(needs5("A Receive Maximum", version));
        }
    }

    static void checkOptions(ClientConfiguration configuration, ConnectOptions options, ProtocolVersion version) {
        options.will().ifPresent(ConfigurationChecks::checkText);
        if (version == ProtocolVersion.MQTT_5) {
            return;
        }
        if (configuration.enhancedAuthentication().isPresent()) {
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

    private static void checkText(Will will) {
        Message message = will.message();
        if (message.properties().payloadFormat().equals(Optional.of(PayloadFormat.UTF_8))
                && !isText(message.payload())) {
            throw new IllegalStateException("The payload of the will is no well-formed UTF-8, which its Payload Format"
                    + " Indicator promises: leave the indicator out [section 3.1.3.2.3]");
        }
    }

    private static boolean isText(Payload payload) {
        try {
            // Unlike a new String, a decoder refuses what is malformed.
            return StandardCharsets.UTF_8.newDecoder().decode(payload.asByteBuffer()) != null;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static String needs5(String what, ProtocolVersion version) {
        return what + " needs MQTT 5.0, and this client speaks " + version
                + ": leave it out, or call protocolVersion(MQTT_5)";
    }
}
