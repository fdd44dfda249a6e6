package dev.aldis.mqtt.protocol.codec;

/** How the value of a property is encoded (section 2.2.2.2). */
enum PropertyType {
    BYTE,
    TWO_BYTE_INTEGER,
    FOUR_BYTE_INTEGER,
    VARIABLE_BYTE_INTEGER,
    STRING,
    TOPIC_NAME,
    BINARY_DATA,
    STRING_PAIR
}
