package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 3.3.2.3.4, as a client sees it. */
@Timeout(30)
class TopicAliasesTest {

    private static final DecoderOptions OPTIONS = DecoderOptions.client(ProtocolVersion.MQTT_5);

    private final PacketDecoder decoder = new PacketDecoder(OPTIONS.withTopicAliasMaximum(65_535));
    private final PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);

    private String send(String topic, int alias) throws PeerViolation {
        WireBuffer out = new WireBuffer();
        encoder.encodePublish(Message.of(topic, QoS.AT_MOST_ONCE, "x"), 0, false, alias, out);
        return received(out);
    }

    private String sendByAlias(int alias) throws PeerViolation {
        WireBuffer out = new WireBuffer();
        encoder.encodePublishByAlias(Message.of("left/out", QoS.AT_MOST_ONCE, "x"), 0, alias, out);
        return received(out);
    }

    private String received(WireBuffer out) throws PeerViolation {
        Publish publish = (Publish) Wire.decode(decoder, Wire.written(out)).get(0);
        assertEquals("x", publish.message().payload().text());
        return publish.message().topic().text();
    }

    @Test
    void anAliasStandsForTheTopicThatItLastCameWith() throws PeerViolation {
        assertEquals("a", send("a", 1));
        assertEquals("b", send("b", 65_535));
        assertEquals("a", sendByAlias(1));
        assertEquals("b", sendByAlias(65_535));
        assertEquals("c", send("c", 1));
        assertEquals("c", sendByAlias(1));
        assertEquals("b", sendByAlias(65_535));
    }

    @Test
    void anAliasThatWasNeverSetIsAProtocolError() throws PeerViolation {
        send("a", 1);
        PeerViolation violation = assertThrows(PeerViolation.class, () -> sendByAlias(2));
        assertEquals(ReasonCode.PROTOCOL_ERROR, violation.reasonCode());
        assertTrue(violation.description().contains("Topic Alias 2 was never set"), violation::description);
    }

    @Test
    void anAliasIsSetByADuplicateToo() throws PeerViolation {
        Wire.decode(decoder, Wire.bytes("3c 0a 000161 000a 03 230005 78"));
        assertEquals("a", sendByAlias(5));
    }

    @Test
    void anAliasIsNotKnownOnAnotherConnection() throws PeerViolation {
        send("a", 1);
        PacketDecoder other = new PacketDecoder(OPTIONS.withTopicAliasMaximum(10));
        PeerViolation violation =
                assertThrows(PeerViolation.class, () -> Wire.decode(other, Wire.bytes("3007 0000 03 230001 78")));
        assertEquals(ReasonCode.PROTOCOL_ERROR, violation.reasonCode());
    }

    @ParameterizedTest
    @CsvSource({"0000, 10", "000b, 10", "0001, 0", "ffff, 65534"})
    void anAliasOutOfRangeHasAReasonCodeOfItsOwn(String alias, int maximum) {
        PacketDecoder limited = new PacketDecoder(OPTIONS.withTopicAliasMaximum(maximum));
        for (String topic : new String[] {"000161", "0000"}) {
            byte[] bytes = Wire.bytes("30" + (topic.length() == 4 ? "07" : "08") + topic + "03 23" + alias + "78");
            PeerViolation violation = assertThrows(PeerViolation.class, () -> Wire.decode(limited, bytes));
            assertEquals(ReasonCode.TOPIC_ALIAS_INVALID, violation.reasonCode());
        }
    }

    @Test
    void theTopicOfAnAliasIsNotMadeAgain() throws PeerViolation {
        Publish set = (Publish)
                Wire.decode(decoder, Wire.bytes("3008 000161 03 230001 78")).get(0);
        Publish use = (Publish)
                Wire.decode(decoder, Wire.bytes("3007 0000 03 230001 78")).get(0);
        assertSame(set.message().topic(), use.message().topic());
    }
}
