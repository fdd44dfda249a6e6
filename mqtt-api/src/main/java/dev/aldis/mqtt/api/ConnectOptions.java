package dev.aldis.mqtt.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What CONNECT says besides the session: may differ from attempt to attempt. Immutable.
 *
 * @param credentials user name and password; empty for none
 * @param will the Will Message; empty for none
 * @param userProperties the User Properties of CONNECT, MQTT 5.0 only; often empty
 */
public record ConnectOptions(
        Optional<Credentials> credentials, Optional<Will> will, List<UserProperty> userProperties) {

    /** Nothing. */
    public static final ConnectOptions NONE = new ConnectOptions(Optional.empty(), Optional.empty(), List.of());

    /** Takes a copy of the list. */
    public ConnectOptions {
        Objects.requireNonNull(credentials);
        Objects.requireNonNull(will);
        userProperties = List.copyOf(userProperties);
    }

    /**
     * These options with other credentials.
     *
     * @param value user name and password
     * @return new options
     */
    public ConnectOptions withCredentials(Credentials value) {
        return new ConnectOptions(Optional.of(value), will, userProperties);
    }

    /**
     * These options with another Will Message.
     *
     * @param value the will
     * @return new options
     */
    public ConnectOptions withWill(Will value) {
        return new ConnectOptions(credentials, Optional.of(value), userProperties);
    }

    /**
     * These options with other User Properties.
     *
     * @param properties in their order
     * @return new options
     */
    public ConnectOptions withUserProperties(List<UserProperty> properties) {
        return new ConnectOptions(credentials, will, properties);
    }
}
