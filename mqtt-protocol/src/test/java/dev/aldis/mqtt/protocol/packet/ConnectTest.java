package dev.aldis.mqtt.protocol.packet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.Will;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ConnectTest {

    @Test
    void secretsAreNotInItsText() {
        byte[] token = "token-5678".getBytes(StandardCharsets.UTF_8);
        ConnectProperties properties = new ConnectProperties(
                0,
                65_535,
                0xFFFF_FFFFL,
                0,
                false,
                true,
                new AuthenticationExchange("SCRAM-SHA-256", Payload.copyOf(token)),
                List.of());
        Connect connect = new Connect(
                ProtocolVersion.MQTT_5,
                "client-1",
                true,
                60,
                properties,
                Will.of(Message.of("status", QoS.AT_LEAST_ONCE, "gone-9012")),
                Credentials.of("user-1", Payload.of("password-1234")));
        String text = connect.toString();
        assertTrue(text.contains("client-1") && text.contains("user-1") && text.contains("SCRAM-SHA-256"), text);
        for (String secret : List.of("1234", "5678", "9012", Arrays.toString(token))) {
            assertFalse(text.contains(secret), text);
        }
    }
}
