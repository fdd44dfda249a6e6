package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Field values that are allowed, drawn from a seed, with the edges more often than chance would have them. */
final class RandomValues {

    private static final int[] EDGES = {
        1, 'a', '/', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x1_0000, 0x2_A6D4, 0x10_FFFF
    };
    private static final List<String> LEVELS = List.of("", "a", "b", "sport", "$SYS", "käse", "long-level-name", "+");

    private final Random random;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** True once in a number of times. */
    boolean chance(int times) {
        return random.nextInt(times) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    <T> List<T> list(int smallest, int largest, Supplier<T> element) {
        return Stream.generate(element)
                .limit(smallest + below(largest - smallest + 1))
                .toList();
    }

    int identifier() {
        return chance(8) ? oneOf(List.of(1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF)) : 1 + below(65_535);
    }

    long unsignedInt() {
        return chance(4)
                ? oneOf(List.of(0L, 1L, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL))
                : random.nextInt() & 0xFFFF_FFFFL;
    }

    String text() {
        if (chance(200)) {
            return "x".repeat(65_000 + below(500));
        }
        StringBuilder text = new StringBuilder();
        int length = below(12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(chance(4) ? EDGES[below(EDGES.length)] : 'a' + below(26));
        }
        return text.toString();
    }

    byte[] bytes(int largest) {
        byte[] bytes = new byte[below(largest + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    Payload payload(int largest) {
        return Payload.wrap(bytes(largest));
    }

    TopicName topic() {
        String text = chance(2) ? "/" + text() : String.join("/", list(1, 5, () -> oneOf(LEVELS)));
        return TopicName.of(text.replace('+', '-') + (text.isEmpty() ? "x" : ""));
    }

    TopicFilter filter() {
        String text = String.join("/", list(1, 5, () -> oneOf(LEVELS))) + (chance(3) ? "/#" : "");
        return TopicFilter.of((chance(4) ? "$share/group/" : "") + (text.isEmpty() ? "#" : text));
    }

    List<UserProperty> userProperties() {
        return chance(2) ? List.of() : list(1, 3, () -> new UserProperty(text(), text()));
    }

    AuthenticationExchange authentication() {
        return new AuthenticationExchange(text(), chance(2) ? null : payload(100));
    }

    MessageProperties messageProperties() {
        if (chance(2)) {
            return MessageProperties.NONE;
        }
        MessageProperties.Builder properties = MessageProperties.builder();
        if (chance(2)) {
            properties.payloadFormat(oneOf(List.of(PayloadFormat.values())));
        }
        if (chance(2)) {
            properties.messageExpirySeconds(unsignedInt());
        }
        if (chance(2)) {
            properties.contentType(text());
        }
        if (chance(2)) {
            properties.responseTopic(topic());
        }
        if (chance(2)) {
            properties.correlationData(payload(100));
        }
        userProperties().forEach(property -> properties.userProperty(property.name(), property.value()));
        return properties.build();
    }
}
