package dev.aldis.mqtt.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the peer added to an answer for people to read: Reason String and User Properties. MQTT 5.0 only. Immutable. */
public final class Diagnostics {

    /** Nothing was added. */
    public static final Diagnostics NONE = new Diagnostics(null, List.of());

    private final @Nullable String reasonString;
    private final List<UserProperty> userProperties;

    private Diagnostics(@Nullable String reasonString, List<UserProperty> userProperties) {
        this.reasonString = reasonString;
        this.userProperties = userProperties;
    }

    /**
     * Diagnostics of these parts.
     *
     * @param reasonString the Reason String, or null
     * @param userProperties the User Properties in their order
     * @return the diagnostics
     */
    public static Diagnostics of(@Nullable String reasonString, List<UserProperty> userProperties) {
        if (reasonString == null && userProperties.isEmpty()) {
            return NONE;
        }
        if (reasonString != null) {
            MqttText.check("Reason String", reasonString);
        }
        return new Diagnostics(reasonString, List.copyOf(userProperties));
    }

    /**
     * The Reason String; for people, not to be parsed.
     *
     * @return the text, empty if absent
     */
    public Optional<String> reasonString() {
        return Optional.ofNullable(reasonString);
    }

    /**
     * The User Properties in their order.
     *
     * @return an immutable list, often empty
     */
    public List<UserProperty> userProperties() {
        return userProperties;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Diagnostics that
                && Objects.equals(reasonString, that.reasonString)
                && userProperties.equals(that.userProperties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reasonString, userProperties);
    }

    @Override
    public String toString() {
        return (reasonString == null ? "" : "'" + OneLine.of(reasonString) + "' ") + userProperties;
    }
}
