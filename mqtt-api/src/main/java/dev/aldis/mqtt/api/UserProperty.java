package dev.aldis.mqtt.api;

/**
 * A User Property of MQTT 5.0: a name and a value that the standard gives no meaning. Names may repeat, order is kept.
 *
 * @param name any text of at most 65,535 bytes in UTF-8
 * @param value any text of at most 65,535 bytes in UTF-8
 */
public record UserProperty(String name, String value) {

    /**
     * Checks both texts.
     *
     * @throws IllegalArgumentException if one of them is too long or cannot be encoded
     */
    public UserProperty {
        MqttText.check("User Property name", name);
        MqttText.check("User Property value", value);
    }

    /** Both texts in one line, control characters in them as <code>&#92;u000a</code>. */
    @Override
    public String toString() {
        return OneLine.of("UserProperty[name=" + name + ", value=" + value + "]");
    }
}
