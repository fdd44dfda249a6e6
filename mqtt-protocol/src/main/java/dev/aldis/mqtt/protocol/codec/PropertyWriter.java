package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes properties, checked against the table {@link Property}. What is absent is null or the default, and left out. */
final class PropertyWriter {

    private PropertyWriter() {}

    static void putInteger(WireBuffer out, Property property, long value) {
        if (!property.isInRange(value)) {
            throw new IllegalArgumentException(property + " " + value + " is out of range: use " + property.range());
        }
        out.putByte(property.identifier());
        switch (property.type()) {
            case BYTE -> out.putByte((int) value);
            case TWO_BYTE_INTEGER -> out.putShort((int) value);
            case FOUR_BYTE_INTEGER -> out.putInt(value);
            case VARIABLE_BYTE_INTEGER -> out.putVariableByteInteger((int) value);
            case STRING, TOPIC_NAME, BINARY_DATA, STRING_PAIR ->
                throw new IllegalArgumentException(property + " is no number");
        }
    }

    /** Writes a value other than the one that is assumed when the property is absent. */
    static void putUnless(WireBuffer out, Property property, long absent, long value) {
        if (value != absent) {
            putInteger(out, property, value);
        }
    }

    static void putUnless(WireBuffer out, Property property, boolean absent, boolean value) {
        if (value != absent) {
            putInteger(out, property, value ? 1 : 0);
        }
    }

    static void putString(WireBuffer out, Property property, @Nullable String value) {
        if (value != null) {
            out.putByte(property.identifier());
            out.putUtf8(property.toString(), value);
        }
    }

    static void putTopic(WireBuffer out, Property property, @Nullable TopicName value) {
        if (value != null) {
            out.putByte(property.identifier());
            out.putTopic(value);
        }
    }

    static void putBinary(WireBuffer out, Property property, @Nullable Payload value) {
        if (value != null) {
            out.putByte(property.identifier());
            out.putBinary(property.toString(), value);
        }
    }

    static void putUserProperties(WireBuffer out, List<UserProperty> values) {
        for (int i = 0; i < values.size(); i++) {
            UserProperty value = values.get(i);
            out.putByte(Property.USER_PROPERTY.identifier());
            out.putUtf8("User Property name", value.name());
            out.putUtf8("User Property value", value.value());
        }
    }

    static void putAuthentication(WireBuffer out, @Nullable AuthenticationExchange exchange) {
        if (exchange != null) {
            putString(out, Property.AUTHENTICATION_METHOD, exchange.method());
            putBinary(out, Property.AUTHENTICATION_DATA, exchange.data());
        }
    }

    static void putDiagnostics(WireBuffer out, Diagnostics diagnostics) {
        putString(out, Property.REASON_STRING, diagnostics.reasonString().orElse(null));
        putUserProperties(out, diagnostics.userProperties());
    }
}
