package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The properties of one packet, as read. Used again for the next packet, so that most packets allocate nothing. */
final class PropertyValues {

    private static final int COUNT = Property.LARGEST_IDENTIFIER + 1;

    private final long[] integers = new long[COUNT];
    private final @Nullable Object[] objects = new @Nullable Object[COUNT];
    private long present;
    private List<UserProperty> userProperties = List.of();
    private final List<Integer> subscriptionIdentifiers = new ArrayList<>(4);

    /** Those of an earlier packet: they repeat as the subscriptions do. */
    private List<Integer> knownIdentifiers = List.of();

    void clear() {
        if (present != 0) {
            present = 0;
            Arrays.fill(objects, null);
            userProperties = List.of();
            subscriptionIdentifiers.clear();
        }
    }

    boolean has(Property property) {
        return (present & property.bit()) != 0;
    }

    /** Whether there is one of a set of properties. */
    boolean hasAny(long properties) {
        return (present & properties) != 0;
    }

    void set(Property property, long value) {
        present |= property.bit();
        integers[property.identifier()] = value;
    }

    void set(Property property, Object value) {
        present |= property.bit();
        objects[property.identifier()] = value;
    }

    void add(UserProperty value) {
        if (!has(Property.USER_PROPERTY)) {
            present |= Property.USER_PROPERTY.bit();
            userProperties = new ArrayList<>();
        }
        userProperties.add(value);
    }

    void addSubscriptionIdentifier(int value) {
        present |= Property.SUBSCRIPTION_IDENTIFIER.bit();
        int index = subscriptionIdentifiers.size();
        boolean known = index < knownIdentifiers.size() && knownIdentifiers.get(index) == value;
        subscriptionIdentifiers.add(known ? knownIdentifiers.get(index) : Integer.valueOf(value));
    }

    long integer(Property property, long defaultValue) {
        return has(property) ? integers[property.identifier()] : defaultValue;
    }

    boolean flag(Property property, boolean defaultValue) {
        return has(property) ? integers[property.identifier()] != 0 : defaultValue;
    }

    @Nullable
    String string(Property property) {
        return (String) objects[property.identifier()];
    }

    @Nullable
    TopicName topicName(Property property) {
        return (TopicName) objects[property.identifier()];
    }

    @Nullable
    Payload binary(Property property) {
        return (Payload) objects[property.identifier()];
    }

    /** Authentication Method and Data; null without a method. */
    @Nullable
    AuthenticationExchange authentication() {
        String method = string(Property.AUTHENTICATION_METHOD);
        return method == null ? null : new AuthenticationExchange(method, binary(Property.AUTHENTICATION_DATA));
    }

    Diagnostics diagnostics() {
        return hasAny(Property.REASON_STRING.bit() | Property.USER_PROPERTY.bit())
                ? Diagnostics.of(string(Property.REASON_STRING), userProperties)
                : Diagnostics.NONE;
    }

    /** In their order; for the caller to keep. */
    List<UserProperty> userProperties() {
        return List.copyOf(userProperties);
    }

    /** In their order; for the caller to keep. */
    List<Integer> subscriptionIdentifiers() {
        if (subscriptionIdentifiers.isEmpty()) {
            return List.of();
        }
        if (!subscriptionIdentifiers.equals(knownIdentifiers)) {
            knownIdentifiers = List.copyOf(subscriptionIdentifiers);
        }
        return knownIdentifiers;
    }
}
