package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refusals and limits of a real broker, and TLS with a client certificate. */
@Timeout(120)
class MosquittoErrorsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();

    @BeforeEach
    void needsMosquitto() {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void unknownUserIsRefusedWithItsReasonAndNotTriedAgain(ProtocolVersion version) throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.startConfigured(folder, List.of("allow_anonymous false"))) {
            MqttClient client = clients.open(
                    Clients.builder(broker.uri(), version).credentials(Credentials.of("nobody", Payload.of("secret"))));
            Throwable failure = Clients.failure(client.connect());
            ConnectionException refusal = assertInstanceOf(ConnectionException.class, failure);
            assertEquals(ReasonCode.NOT_AUTHORIZED, refusal.reasonCode().orElseThrow());
        }
    }

    @Test
    void messageOverTheServersLimitIsRefusedBeforeItIsSent() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.startIn(folder, "max_packet_size 2000")) {
            MqttClient client = clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5));
            Throwable failure = Clients.failure(
                    client.publish(Message.of(TopicName.of("t"), QoS.AT_LEAST_ONCE, Payload.wrap(new byte[3000]))));
            assertInstanceOf(PublishException.class, failure);
            assertTrue(String.valueOf(failure.getMessage()).contains("2000"), failure.toString());
            Clients.get(client.publish("t", QoS.AT_LEAST_ONCE, "small"));
        }
    }

    @Test
    void clientCertificateOpensATlsConnectionAndItsAbsenceDoesNot() throws Exception {
        TestCertificates certificates = TestCertificates.makeIn(folder);
        List<String> lines = List.of(
                "allow_anonymous true",
                "cafile " + certificates.certificate("authority"),
                "certfile " + certificates.certificate("server"),
                "keyfile " + certificates.key("server"),
                "require_certificate true");
        try (MosquittoBroker broker = MosquittoBroker.startConfigured(folder, lines)) {
            String uri = "mqtts://127.0.0.1:" + broker.port();
            TlsOptions trusting = TlsOptions.DEFAULT.withTrustedCertificates(certificates.certificate("authority"));
            MqttClient client = clients.connect(Clients.builder(uri, ProtocolVersion.MQTT_5)
                    .tls(trusting.withClientCertificate(
                            certificates.certificate("client"), certificates.key("client"))));
            Clients.get(client.publish("t", QoS.EXACTLY_ONCE, "secured"));

            MqttClient without = clients.open(Clients.builder(uri, ProtocolVersion.MQTT_5)
                    .reconnect(ReconnectPolicy.NEVER)
                    .tls(trusting));
            assertInstanceOf(ConnectionException.class, Clients.failure(without.connect()));
        }
    }
}
