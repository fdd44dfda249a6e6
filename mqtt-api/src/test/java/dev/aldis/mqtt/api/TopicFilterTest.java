package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 4.7 of the standard, with its examples, and section 4.8.2. */
@Timeout(30)
class TopicFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+",
                "/",
                "+/+",
                "/+",
                "+/tennis/#",
                "sport/+/player1",
                "a//#",
                "a/b",
                "//",
                "/#",
                "+/#",
                "+/+/#",
                "$SYS/#",
                "$share",
                "$sharex/a",
                "$share/g/#",
                "$share/g/+/a",
                " ",
                "käse/+",
                "\u0001",
                "a/ b"
            })
    void aFilterThatKeepsTheRulesIsKeptAsItIs(String text) {
        TopicFilter filter = TopicFilter.of(text);
        assertEquals(text, filter.text());
        assertEquals(text, filter.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis#, MQTT-4.7.1-1",
        "sport/tennis/#/ranking, MQTT-4.7.1-1",
        "sport+, MQTT-4.7.1-2",
        "a/b+c, MQTT-4.7.1-2",
        "++, MQTT-4.7.1-2",
        "##, MQTT-4.7.1-1",
        "#/, MQTT-4.7.1-1",
        "#/a, MQTT-4.7.1-1",
        "+a/b, MQTT-4.7.1-2",
        "a/+#, MQTT-4.7.1-2",
        "a/#+, MQTT-4.7.1-1",
        "'', MQTT-4.7.3-1",
        "$share//a, MQTT-4.8.2-1",
        "$share/g, MQTT-4.8.2-1",
        "$share/, MQTT-4.8.2-1",
        "$share/g/, MQTT-4.7.3-1",
        "$share/+/a, MQTT-4.8.2-1",
        "$share/#/a, MQTT-4.8.2-1",
        "$share/g+/a, MQTT-4.8.2-1",
        "$share/g/a#, MQTT-4.7.1-1"
    })
    void aFilterThatBreaksARuleIsRefusedWithTheClause(String text, String clause) {
        String message = refusal(text);
        assertTrue(message.contains("[" + clause + "]"), message);
        assertTrue(message.contains("'" + text + "'"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0", "a\uD800b", "\uDC00"})
    void aFilterThatUtf8CannotCarryIsRefused(String text) {
        assertTrue(refusal(text).startsWith("Topic filter "));
    }

    @Test
    void aFilterHas65535BytesAtMost() {
        assertEquals(65_535, TopicFilter.of("x".repeat(65_533) + "/#").text().length());
        assertTrue(refusal("x".repeat(65_534) + "/#").contains("65536 bytes"));
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1",
        "sport/tennis/player1/#, sport/tennis/player1/ranking",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon",
        "sport/#, sport",
        "sport/#, sport/",
        "sport/tennis/+, sport/tennis/player1",
        "sport/+, sport/",
        "+/+, /finance",
        "/+, /finance",
        "+/+, a/b",
        "+/tennis/#, sport/tennis",
        "+/tennis/#, /tennis/a",
        "sport/+/player1, sport/tennis/player1",
        "sport/+/player1, sport//player1",
        "#, /",
        "#, a",
        "#, a/b",
        "#, //",
        "/#, /",
        "/#, /a",
        "+/#, a",
        "+/#, a/b/c",
        "a//#, a/",
        "a//#, a//",
        "a//#, a//b",
        "/, /",
        "a/b, a/b",
        "$SYS/#, $SYS/monitor/Clients",
        "$SYS/#, $SYS",
        "$SYS/monitor/+, $SYS/monitor/Clients",
        "a/+, a/$b",
        "a/#, a/$b",
        "$share/g/sport/+, sport/tennis",
        "$share/consumer1//finance, /finance",
        "$share/g/#, a/b",
        "$share/g/$SYS/#, $SYS/x",
        "$share, $share",
        "$sharex/a, $sharex/a"
    })
    void aTopicMatches(String filter, String topic) {
        assertTrue(TopicFilter.of(filter).matches(TopicName.of(topic)));
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player2",
        "sport/tennis/player1/#, sport/tennis/player10",
        "sport/tennis/+, sport/tennis/player1/ranking",
        "sport/tennis/+, sport/tennis",
        "sport/+, sport",
        "sport/#, sports",
        "sport/#, spor",
        "sport/#, Sport",
        "+, /finance",
        "+, a/b",
        "+/+, a",
        "+/+, a/b/c",
        "sport/+/player1, sport/tennis/x/player1",
        "sport/+/player1, sport/player1",
        "a/b, a/b/",
        "a/b, /a/b",
        "a/b, A/b",
        "/, //",
        "/#, a",
        "a//#, a/b",
        "#, $SYS/x",
        "#, $SYS",
        "+/monitor/Clients, $SYS/monitor/Clients",
        "+/#, $SYS/x",
        "+, $SYS",
        "$SYS/+, $SYS",
        "$share/g/sport, $share/g/sport",
        "$share/g/#, $SYS/x",
        "$share/consumer1//finance, finance"
    })
    void aTopicDoesNotMatch(String filter, String topic) {
        assertFalse(TopicFilter.of(filter).matches(TopicName.of(topic)));
    }

    /** Every filter and topic of up to four levels over a small alphabet, against the same rules as a regular expression. */
    @Test
    void matchingAgreesWithTheRulesWrittenInAnotherWay() {
        List<String> topics = combinations(List.of("", "a", "b", "$a"), 3);
        List<String> filters = new ArrayList<>(combinations(List.of("", "a", "+", "$a"), 3));
        for (String filter : combinations(List.of("", "a", "+"), 3)) {
            filters.add(filter + "/#");
        }
        filters.add("#");
        filters.remove("");
        topics.remove("");
        int matches = 0;
        for (String filter : filters) {
            Pattern pattern = pattern(filter);
            for (String topic : topics) {
                boolean dollar = topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"));
                boolean expected = !dollar && pattern.matcher(topic).matches();
                matches += expected ? 1 : 0;
                assertEquals(expected, TopicFilter.of(filter).matches(TopicName.of(topic)), filter + " with " + topic);
            }
        }
        assertTrue(matches > 500, "only " + matches + " pairs match");
    }

    private static List<String> combinations(List<String> levels, int depth) {
        List<String> all = new ArrayList<>(levels);
        List<String> longest = levels;
        for (int i = 1; i < depth; i++) {
            List<String> longer = new ArrayList<>();
            for (String start : longest) {
                for (String level : levels) {
                    longer.add(start + "/" + level);
                }
            }
            all.addAll(longer);
            longest = longer;
        }
        return all;
    }

    private static Pattern pattern(String filter) {
        String regex = filter.replace("$", "\\$").replace("+", "[^/]*");
        if (regex.equals("#")) {
            return Pattern.compile(".*");
        }
        return Pattern.compile(regex.endsWith("/#") ? regex.substring(0, regex.length() - 2) + "(/.*)?" : regex);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, false, false",
        "a/+, a/+, false, true",
        "#, #, false, true",
        "$share/g/a/b, a/b, true, false",
        "$share/g/a/#, a/#, true, true",
        "$share/consumer1//finance, /finance, true, false",
        "$share/g/$share/h/a, $share/h/a, true, false",
        "$share, $share, false, false",
        "$sharex/a, $sharex/a, false, false"
    })
    void aShareIsToldFromWhatItMatches(String text, String matching, boolean shared, boolean wildcard) {
        TopicFilter filter = TopicFilter.of(text);
        assertEquals(matching, filter.matchingText());
        assertEquals(shared, filter.isShared());
        assertEquals(wildcard, filter.hasWildcard());
    }

    @Test
    void filtersAreEqualIfTheirTextIs() {
        assertEquals(TopicFilter.of("a/+"), TopicFilter.of("a/+"));
        assertEquals(TopicFilter.of("a/+").hashCode(), TopicFilter.of("a/+").hashCode());
        assertNotEquals(TopicFilter.of("a/+"), TopicFilter.of("a/#"));
        assertNotEquals(TopicFilter.of("$share/g/a"), TopicFilter.of("a"));
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> TopicFilter.of(text))
                .getMessage();
    }
}
