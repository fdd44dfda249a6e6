package dev.aldis.mqtt.api;

/** A version of the MQTT protocol. */
public enum ProtocolVersion {
    /** MQTT 3.1 of 2010: protocol name {@code MQIsdp}, level 3. */
    MQTT_3_1("MQIsdp", 3),
    /** MQTT 3.1.1, OASIS Standard of 2014: level 4. */
    MQTT_3_1_1("MQTT", 4),
    /** MQTT 5.0, OASIS Standard of 2019: level 5. */
    MQTT_5("MQTT", 5);

    private final String protocolName;
    private final int level;

    ProtocolVersion(String protocolName, int level) {
        this.protocolName = protocolName;
        this.level = level;
    }

    /**
     * The protocol name in CONNECT.
     *
     * @return {@code MQTT} or {@code MQIsdp}
     */
    public String protocolName() {
        return protocolName;
    }

    /**
     * The protocol level in CONNECT.
     *
     * @return 3, 4 or 5
     */
    public int level() {
        return level;
    }
}
