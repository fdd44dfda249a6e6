package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.PeerViolation;

/** Reads the properties of every packet with one loop that goes by the table {@link Property} (section 2.2.2). */
final class PropertyReader {

    private final PropertyValues values = new PropertyValues();
    private final boolean problemInformationAllowed;

    /**
     * A reader for one connection.
     *
     * @param problemInformationAllowed whether Reason Strings and User Properties may come with every packet
     */
    PropertyReader(boolean problemInformationAllowed) {
        this.problemInformationAllowed = problemInformationAllowed;
    }

    /**
     * Reads Property Length and properties.
     *
     * @return the same object each time: valid until the next call
     */
    PropertyValues read(WireReader reader, PropertyHolder holder) throws PeerViolation {
        values.clear();
        int length = reader.readVariableByteInteger("Property Length");
        if (length == 0) {
            return values;
        }
        int limit = reader.narrow("Property Length", length);
        while (reader.remaining() > 0) {
            Property property = readIdentifier(reader, holder);
            if (values.has(property) && !property.isRepeatableIn(holder)) {
                throw reader.protocolError("the property " + property + " is there twice", "section 2.2.2.2");
            }
            readValue(reader, property, holder);
        }
        reader.widen(limit);
        return values;
    }

    /** None, for a packet that ends before its properties. */
    PropertyValues none() {
        values.clear();
        return values;
    }

    private Property readIdentifier(WireReader reader, PropertyHolder holder) throws PeerViolation {
        int identifier = reader.readVariableByteInteger("property identifier");
        Property property = Property.of(identifier);
        if (property == null) {
            throw reader.malformed("the property identifier " + identifier + " does not exist", "section 2.2.2.2");
        }
        if (!property.isAllowedIn(holder)) {
            throw reader.malformed("the property " + property + " does not belong into " + holder, "section 2.2.2.2");
        }
        if (property.isProblemInformation() && !problemInformationAllowed && !holder.alwaysHasProblemInformation()) {
            throw reader.protocolError(
                    "the property " + property + " is there, although CONNECT had Request Problem Information 0",
                    "MQTT-3.1.2-29");
        }
        return property;
    }

    private void readValue(WireReader reader, Property property, PropertyHolder holder) throws PeerViolation {
        String what = property.toString();
        switch (property.type()) {
            case BYTE -> setInteger(reader, property, holder, reader.readByte(what));
            case TWO_BYTE_INTEGER -> setInteger(reader, property, holder, reader.readShort(what));
            case FOUR_BYTE_INTEGER -> setInteger(reader, property, holder, reader.readInt(what));
            case VARIABLE_BYTE_INTEGER -> setInteger(reader, property, holder, reader.readVariableByteInteger(what));
            case STRING -> values.set(property, reader.readUtf8(what));
            case TOPIC_NAME -> values.set(property, reader.readTopicName(what));
            case BINARY_DATA -> values.set(property, reader.readBinary(what));
            case STRING_PAIR -> values.add(new UserProperty(reader.readUtf8(what), reader.readUtf8(what)));
        }
    }

    private void setInteger(WireReader reader, Property property, PropertyHolder holder, long value)
            throws PeerViolation {
        if (!property.isInRange(value)) {
            throw reader.protocolError(
                    property + " has the value " + value + "; allowed is " + property.range(), "section 2.2.2.2");
        }
        if (property.isRepeatableIn(holder)) {
            values.addSubscriptionIdentifier((int) value);
        } else {
            values.set(property, value);
        }
    }
}
