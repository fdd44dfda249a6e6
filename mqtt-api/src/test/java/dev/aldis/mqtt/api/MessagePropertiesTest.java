package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class MessagePropertiesTest {

    private static MessageProperties.Builder full() {
        return MessageProperties.builder()
                .payloadFormat(PayloadFormat.UTF_8)
                .messageExpirySeconds(60)
                .contentType("text/plain")
                .responseTopic(TopicName.of("answers"))
                .correlationData(Payload.of("secret"))
                .userProperty("a", "1")
                .userProperty("a", "2");
    }

    @Test
    void nothingIsThereUnlessItIsSet() {
        MessageProperties none = MessageProperties.builder().build();
        assertEquals(MessageProperties.NONE, none);
        assertEquals(Optional.empty(), none.payloadFormat());
        assertEquals(OptionalLong.empty(), none.messageExpirySeconds());
        assertEquals(Optional.empty(), none.contentType());
        assertEquals(Optional.empty(), none.responseTopic());
        assertEquals(Optional.empty(), none.correlationData());
        assertEquals(List.of(), none.userProperties());
    }

    @Test
    void whatIsSetIsThereAndUserPropertiesKeepTheirOrder() {
        MessageProperties properties = full().build();
        assertEquals(Optional.of(PayloadFormat.UTF_8), properties.payloadFormat());
        assertEquals(OptionalLong.of(60), properties.messageExpirySeconds());
        assertEquals(Optional.of("text/plain"), properties.contentType());
        assertEquals(Optional.of(TopicName.of("answers")), properties.responseTopic());
        assertEquals(Optional.of(Payload.of("secret")), properties.correlationData());
        assertEquals(List.of(new UserProperty("a", "1"), new UserProperty("a", "2")), properties.userProperties());
    }

    @Test
    void anEmptyOrZeroValueIsNotAbsent() {
        assertNotEquals(
                MessageProperties.NONE,
                MessageProperties.builder().messageExpirySeconds(0).build());
        assertNotEquals(
                MessageProperties.NONE,
                MessageProperties.builder().contentType("").build());
        assertNotEquals(
                MessageProperties.NONE,
                MessageProperties.builder().correlationData(Payload.EMPTY).build());
        assertNotEquals(
                MessageProperties.NONE,
                MessageProperties.builder()
                        .payloadFormat(PayloadFormat.UNSPECIFIED)
                        .build());
    }

    @Test
    void eachPropertyCountsForEquality() {
        MessageProperties properties = full().build();
        assertEquals(properties, properties.toBuilder().build());
        assertEquals(properties.hashCode(), properties.toBuilder().build().hashCode());
        List<MessageProperties> others = new ArrayList<>();
        others.add(full().payloadFormat(PayloadFormat.UNSPECIFIED).build());
        others.add(full().messageExpirySeconds(61).build());
        others.add(full().contentType("text/html").build());
        others.add(full().responseTopic(TopicName.of("other")).build());
        others.add(full().correlationData(Payload.of("other")).build());
        others.add(full().userProperty("a", "2").build());
        for (MessageProperties other : others) {
            assertNotEquals(properties, other);
        }
    }

    @Test
    void aBuilderDoesNotChangeWhatItHasBuilt() {
        MessageProperties.Builder builder = full();
        MessageProperties properties = builder.build();
        builder.userProperty("b", "3");
        assertEquals(2, properties.userProperties().size());
        properties.toBuilder().userProperty("c", "4");
        assertEquals(2, properties.userProperties().size());
        assertThrows(
                UnsupportedOperationException.class,
                () -> properties.userProperties().add(new UserProperty("x", "y")));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0x1_0000_0000L})
    void anExpiryOutOfRangeIsRefused(long seconds) {
        MessageProperties.Builder builder = MessageProperties.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.messageExpirySeconds(seconds));
        assertEquals(MessageProperties.NONE, builder.build());
    }

    @Test
    void whatThePacketCannotCarryIsRefused() {
        MessageProperties.Builder builder = MessageProperties.builder();
        Payload tooLong = Payload.wrap(new byte[65_536]);
        assertThrows(IllegalArgumentException.class, () -> builder.correlationData(tooLong));
        assertThrows(IllegalArgumentException.class, () -> builder.contentType("x".repeat(65_536)));
        assertThrows(IllegalArgumentException.class, () -> builder.contentType("\0"));
        assertThrows(IllegalArgumentException.class, () -> builder.userProperty("\uD800", ""));
        assertThrows(IllegalArgumentException.class, () -> builder.userProperty("", "\uD800"));
        assertEquals(MessageProperties.NONE, builder.build());
    }

    @Test
    void correlationDataIsNotInTheTextForm() {
        String text = full().build().toString();
        assertFalse(text.contains("secret"), text);
        assertTrue(text.contains("text/plain"), text);
    }
}
