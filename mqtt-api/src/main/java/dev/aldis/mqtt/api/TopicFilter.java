package dev.aldis.mqtt.api;

/**
 * A topic filter: a topic name in which {@code +} stands for one level and a last {@code #} for any number of levels
 * (section 4.7). {@code $share/NAME/FILTER} is a shared subscription (section 4.8.2). Immutable and always valid.
 */
public final class TopicFilter {

    private static final String SHARE = "$share/";

    private final String text;
    private final String matching;
    private final boolean wildcard;

    private TopicFilter(String text, String matching) {
        this.text = text;
        this.matching = matching;
        this.wildcard = matching.indexOf('+') >= 0 || matching.indexOf('#') >= 0;
    }

    /**
     * A filter from its text.
     *
     * @param text the filter
     * @return the filter
     * @throws IllegalArgumentException if the text is empty, too long, not encodable, has a wildcard that does not fill
     *     its level, a {@code #} before the end, or an invalid share name
     */
    public static TopicFilter of(String text) {
        MqttText.check("Topic filter", text);
        String matching = text.startsWith(SHARE) ? withoutShare(text) : text;
        if (matching.isEmpty()) {
            throw new IllegalArgumentException(
                    "A topic filter has at least one character; '" + text + "' has none [MQTT-4.7.3-1]");
        }
        checkWildcards(text, matching);
        return new TopicFilter(text, matching);
    }

    private static String withoutShare(String text) {
        int end = text.indexOf('/', SHARE.length());
        String name = end < 0 ? text.substring(SHARE.length()) : text.substring(SHARE.length(), end);
        if (end < 0 || name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            throw new IllegalArgumentException("Shared subscription '" + text + "' has the share name '" + name
                    + "': write $share/NAME/FILTER with a name of one or more characters other than / + #"
                    + " [MQTT-4.8.2-1]");
        }
        return text.substring(end + 1);
    }

    private static void checkWildcards(String text, String matching) {
        for (int i = 0; i < matching.length(); i++) {
            char c = matching.charAt(i);
            if (c != '+' && c != '#') {
                continue;
            }
            boolean startsLevel = i == 0 || matching.charAt(i - 1) == '/';
            boolean last = i == matching.length() - 1;
            boolean endsLevel = last || matching.charAt(i + 1) == '/';
            if (!startsLevel || !endsLevel || (c == '#' && !last)) {
                throw new IllegalArgumentException("Topic filter '" + text + "' has a misplaced '" + c + "': "
                        + (c == '#'
                                ? "# fills the last level, as in a/# [MQTT-4.7.1-1]"
                                : "+ fills a whole level, as in a/+/b [MQTT-4.7.1-2]"));
            }
        }
    }

    /**
     * The whole filter, with its {@code $share} part if it has one.
     *
     * @return the text it was made from
     */
    public String text() {
        return text;
    }

    /**
     * The part that topics are matched against.
     *
     * @return the filter without its {@code $share/NAME/} part
     */
    public String matchingText() {
        return matching;
    }

    /**
     * Whether this is a shared subscription.
     *
     * @return true for {@code $share/NAME/FILTER}
     */
    public boolean isShared() {
        return matching.length() != text.length();
    }

    /**
     * Whether the filter has a wildcard.
     *
     * @return true with a {@code +} or {@code #}
     */
    public boolean hasWildcard() {
        return wildcard;
    }

    /**
     * Whether a message to this topic is one for this filter. A wildcard in the first level does not match a topic that
     * begins with {@code $} {@code [MQTT-4.7.2-1]}.
     *
     * @param topic the topic of a message
     * @return true if it matches
     */
    public boolean matches(TopicName topic) {
        String name = topic.text();
        return wildcard ? matchesLevels(name) : matching.equals(name);
    }

    private boolean matchesLevels(String name) {
        if (name.charAt(0) == '$' && matching.charAt(0) != '$') {
            return false;
        }
        int f = 0;
        int n = 0;
        while (f < matching.length()) {
            char c = matching.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (n < name.length() && name.charAt(n) != '/') {
                    n++;
                }
                f++;
            } else if (n < name.length() && name.charAt(n) == c) {
                f++;
                n++;
            } else {
                // "a/#" also matches its parent "a".
                return n == name.length() && c == '/' && matching.startsWith("/#", f);
            }
        }
        return n == name.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
