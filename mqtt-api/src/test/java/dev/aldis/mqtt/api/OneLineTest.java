package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer has sent makes no line of its own in a log. */
@Timeout(10)
class OneLineTest {

    private static final String SENT = "a\nb\r\u001b\u0085\u2028\u2029\u007fc";
    private static final String LINE = "a\\u000ab\\u000d\\u001b\\u0085\\u2028\\u2029\\u007fc";

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\\n", "\u00a0\u00e9\u20ac\uD83D\uDE00"})
    void whatBreaksNoLineStaysAsItIs(String text) {
        assertSame(text, OneLine.of(text));
    }

    static Stream<Object> printed() {
        Diagnostics diagnostics = Diagnostics.of(SENT, List.of(new UserProperty(SENT, SENT)));
        Message message = Message.of("t/" + SENT, QoS.AT_MOST_ONCE, "payload")
                .withProperties(MessageProperties.builder()
                        .contentType(SENT)
                        .responseTopic(TopicName.of(SENT))
                        .userProperty(SENT, SENT)
                        .build());
        Negotiated negotiated =
                new Negotiated(ProtocolVersion.MQTT_5, SENT, 1, 2, ServerLimits.NONE, Optional.of(SENT));
        return Stream.of(
                TopicName.of(SENT),
                new UserProperty(SENT, SENT),
                diagnostics,
                message,
                negotiated,
                new ConnectResult(false, negotiated, diagnostics),
                new TracedPacket(TracedPacket.Direction.RECEIVED, SENT, "PUBLISH", SENT),
                new MqttException(SENT, new IllegalStateException()),
                new MqttException(SENT, ReasonCode.BANNED),
                new MqttException(SENT, ReasonCode.BANNED, diagnostics));
    }

    @ParameterizedTest
    @MethodSource
    void printed(Object object) {
        String text = object.toString();
        assertSame(text, OneLine.of(text));
        assertTrue(text.contains(LINE), text);
    }

    @Test
    void theValuesThemselvesAreAsTheyWereSent() {
        assertEquals(LINE, OneLine.of(SENT));
        assertEquals(SENT, TopicName.of(SENT).text());
        assertEquals(SENT, Diagnostics.of(SENT, List.of()).reasonString().orElseThrow());
        assertEquals(SENT, new UserProperty(SENT, "").name());
    }
}
