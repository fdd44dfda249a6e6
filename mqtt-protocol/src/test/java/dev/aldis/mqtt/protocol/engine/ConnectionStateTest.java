package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {

    private static ConnectionState connection(ProtocolVersion version, long maximumPacketSizeBytes) {
        ServerLimits limits = new ServerLimits(10, maximumPacketSizeBytes, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        return new ConnectionState(1, version, limits, new KeepAlive(0, 0));
    }

    @Test
    void onlyMqtt5SaysThatAnIdentifierIsNotFound() {
        long noLimit = ServerLimits.NONE.maximumPacketSizeBytes();
        assertEquals(
                ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                connection(ProtocolVersion.MQTT_5, noLimit).notFound());
        assertEquals(
                ReasonCode.SUCCESS,
                connection(ProtocolVersion.MQTT_3_1_1, noLimit).notFound());
        assertEquals(
                ReasonCode.SUCCESS,
                connection(ProtocolVersion.MQTT_3_1, noLimit).notFound());
    }

    @Test
    void aReasonCodeNeedsAFifthByte() {
        assertFalse(connection(ProtocolVersion.MQTT_5, 4).takesReasonCodes());
        assertTrue(connection(ProtocolVersion.MQTT_5, 5).takesReasonCodes());
        assertEquals(ReasonCode.SUCCESS, connection(ProtocolVersion.MQTT_5, 4).notFound());
    }
}
