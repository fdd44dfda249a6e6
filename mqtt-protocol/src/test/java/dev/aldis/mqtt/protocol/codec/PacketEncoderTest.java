package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PacketEncoderTest {

    private static final Diagnostics DETAILS =
            Diagnostics.of("full", List.of(new UserProperty("node", "7"), new UserProperty("queue", "9")));

    private final PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
    private final PacketEncoder encoder3 = new PacketEncoder(ProtocolVersion.MQTT_3_1_1);
    private final WireBuffer out = new WireBuffer();

    private String written() {
        return Wire.hex(Wire.written(out));
    }

    private static Message message(QoS qos) {
        return Message.of("a/b", qos, "hi");
    }

    @Test
    void acknowledgementsThatSaySuccessHaveFourBytes() {
        encoder.encodeAck(PacketType.PUBACK, 1, out);
        encoder3.encodeAck(PacketType.PUBREC, 0x1234, out);
        encoder.encodeAck(PacketType.PUBREL, 65_535, out);
        encoder3.encodeAck(PacketType.PUBCOMP, 256, out);
        encoder.encode(PubAck.success(10), out);
        assertEquals("40020001" + "50021234" + "6202ffff" + "70020100" + "4002000a", written());
    }

    @ParameterizedTest
    @EnumSource(
            value = PacketType.class,
            names = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"},
            mode = EnumSource.Mode.EXCLUDE)
    void otherPacketsAreNoAcknowledgements(PacketType type) {
        assertThrows(IllegalArgumentException.class, () -> encoder.encodeAck(type, 1, out));
        assertTrue(out.isEmpty());
    }

    @Test
    void theShortestFormsAreUsed() {
        encoder.encode(new PubRec(10, ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE), out);
        encoder.encode(new PubComp(10, ReasonCode.SUCCESS, Diagnostics.of("x", List.of())), out);
        encoder.encode(Disconnect.of(ReasonCode.SUCCESS), out);
        encoder.encode(Disconnect.of(ReasonCode.PROTOCOL_ERROR), out);
        encoder.encode(new Disconnect(ReasonCode.SUCCESS, 0, null, Diagnostics.NONE), out);
        assertEquals("5003000a97" + "7008000a00041f000178" + "e000" + "e00182" + "e00700051100000000", written());
    }

    @Test
    void publishIsWrittenWithoutAPacketObject() {
        encoder.encodePublish(message(QoS.AT_MOST_ONCE), 0, false, 0, out);
        encoder.encodePublish(message(QoS.EXACTLY_ONCE).withRetain(true), 10, true, 1, out);
        encoder.encodePublishByAlias(message(QoS.AT_LEAST_ONCE), 10, 1, out);
        encoder3.encodePublish(message(QoS.AT_LEAST_ONCE), 10, false, 0, out);
        assertEquals(
                "30080003612f62006869"
                        + "3d0d0003612f62000a032300016869"
                        + "320a0000000a032300016869"
                        + "32090003612f62000a6869",
                written());
    }

    @Test
    void publishIsTheSameWithAndWithoutAPacketObject() {
        MessageProperties properties = MessageProperties.builder()
                .contentType("text/plain")
                .messageExpirySeconds(60)
                .userProperty("k", "v")
                .build();
        Message message = message(QoS.AT_LEAST_ONCE).withProperties(properties);
        encoder.encodePublish(message, 10, true, 3, out);
        assertEquals(
                Wire.hex(Wire.encode(ProtocolVersion.MQTT_5, new Publish(message, 10, true, 3, List.of()))), written());
        assertEquals(out.size(), encoder.publishSizeBytes(message, 3));
    }

    @Test
    void whatOlderVersionsCannotSayIsLeftOut() {
        Message message = message(QoS.AT_MOST_ONCE)
                .withProperties(MessageProperties.builder().contentType("x").build());
        encoder3.encodePublish(message, 0, false, 0, out);
        encoder3.encode(new PubRec(10, ReasonCode.QUOTA_EXCEEDED, DETAILS), out);
        encoder3.encode(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 5, null, DETAILS), out);
        encoder3.encode(new SubAck(10, List.of(ReasonCode.SUCCESS, ReasonCode.NOT_AUTHORIZED), DETAILS), out);
        encoder3.encode(new UnsubAck(10, List.of(ReasonCode.SUCCESS), DETAILS), out);
        assertEquals("30070003612f626869" + "5002000a" + "e000" + "9004000a0080" + "b002000a", written());
    }

    @Test
    void version31HasItsOwnProtocolName() {
        Connect connect = new Connect(ProtocolVersion.MQTT_3_1, "c", true, 60, ConnectProperties.NONE, null, null);
        new PacketEncoder(ProtocolVersion.MQTT_3_1).encode(connect, out);
        assertEquals("100f" + "0006" + "4d5149736470" + "03" + "02" + "003c" + "000163", written());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 117, 118, 119, 120, 16_374, 16_375, 16_376, 2_097_143, 2_097_144})
    void theSizeOfPublishIsKnownBefore(int payloadBytes) {
        Message message = Message.of(TopicName.of("a/b"), QoS.AT_LEAST_ONCE, Payload.wrap(new byte[payloadBytes]));
        for (int alias : new int[] {0, 7}) {
            out.clear();
            encoder.encodePublish(message, 10, false, alias, out);
            assertEquals(out.size(), encoder.publishSizeBytes(message, alias));
            assertEquals(out.size(), encoder.sizeBytes(new Publish(message, 10, false, alias, List.of())));
        }
    }

    @Test
    @Tag("slow")
    void aPublishThatNoPacketCanHoldIsRefusedAndItsSizeSaysSo() {
        // One text that counts many times, so that the test needs little memory.
        UserProperty largest = new UserProperty("n".repeat(65_535), "v".repeat(65_535));
        MessageProperties.Builder properties = MessageProperties.builder();
        for (int i = 0; i < 2_048; i++) {
            properties.userProperty(largest.name(), largest.value());
        }
        Message message = Message.of("a", QoS.AT_MOST_ONCE, "").withProperties(properties.build());
        assertTrue(encoder.publishSizeBytes(message, 0) > ClientLimits.LARGEST_PACKET_BYTES);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(message, 0, false, 0, out));
        assertTrue(refused.getMessage().startsWith("PUBLISH to 'a' takes 268441607 bytes"), refused::getMessage);
        assertTrue(out.isEmpty());
    }

    @Test
    void aPublishWhoseIdentifierDoesNotSuitItsQosIsRefusedAndLeavesNothingBehind() {
        out.putByte(7);
        Message qos0 = Message.of("a", QoS.AT_MOST_ONCE, "");
        Message qos1 = Message.of("a", QoS.AT_LEAST_ONCE, "");
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(qos0, 1, false, 0, out));
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(qos0, 0, true, 0, out));
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(qos1, 0, false, 0, out));
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(qos1, 65_536, false, 0, out));
        assertEquals(1, out.size());
    }

    @Test
    void diagnosticsAreShedUntilThePacketFits() {
        ControlPacket whole = new PubRec(10, ReasonCode.QUOTA_EXCEEDED, DETAILS);
        ControlPacket reasonOnly = new PubRec(10, ReasonCode.QUOTA_EXCEEDED, Diagnostics.of("full", List.of()));
        ControlPacket bare = new PubRec(10, ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE);
        assertSame(whole, encoder.shed(whole, encoder.sizeBytes(whole)));
        assertEquals(reasonOnly, encoder.shed(whole, encoder.sizeBytes(whole) - 1));
        assertEquals(reasonOnly, encoder.shed(whole, encoder.sizeBytes(reasonOnly)));
        assertEquals(bare, encoder.shed(whole, encoder.sizeBytes(reasonOnly) - 1));
        assertEquals(bare, encoder.shed(whole, 1));
        assertSame(bare, encoder.shed(bare, 1));
    }

    static List<ControlPacket> diagnosed() {
        AuthenticationExchange exchange = new AuthenticationExchange("M", Payload.of("data"));
        return List.of(
                AckCodec.of(PacketType.PUBACK, 10, ReasonCode.QUOTA_EXCEEDED, DETAILS),
                AckCodec.of(PacketType.PUBREC, 10, ReasonCode.QUOTA_EXCEEDED, DETAILS),
                AckCodec.of(PacketType.PUBREL, 10, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, DETAILS),
                AckCodec.of(PacketType.PUBCOMP, 10, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, DETAILS),
                new Disconnect(ReasonCode.PROTOCOL_ERROR, 5, null, DETAILS),
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, exchange, DETAILS));
    }

    @ParameterizedTest
    @MethodSource("diagnosed")
    void everyPacketWithDiagnosticsCanShedThem(ControlPacket packet) {
        ControlPacket shed = encoder.shed(packet, 1);
        assertEquals(packet.type(), shed.type());
        assertEquals(Diagnosed.with(packet, Diagnostics.NONE), shed);
        assertNotEquals(packet, shed);
        assertEquals(packet, Diagnosed.with(shed, DETAILS));
    }

    @Test
    void otherPacketsAreNotShed() {
        ControlPacket refusal = new ConnAck(
                false,
                ReasonCode.BANNED,
                new ConnAckProperties(-1, -1, null, ConnAckProperties.NONE.limits(), null, null, null, DETAILS));
        assertSame(refusal, encoder.shed(refusal, 1));
        assertSame(PingReq.INSTANCE, encoder.shed(PingReq.INSTANCE, 1));
    }

    private static Connect connect(ProtocolVersion version, String identifier, Credentials credentials) {
        return new Connect(version, identifier, false, 60, ConnectProperties.NONE, null, credentials);
    }

    static List<ControlPacket> forbidden() {
        Connect keepAlive = new Connect(ProtocolVersion.MQTT_5, "c", true, 65_536, ConnectProperties.NONE, null, null);
        ConnectProperties noWindow = new ConnectProperties(0, 0, 100, 0, false, true, null, List.of());
        ConnectProperties noPacket = new ConnectProperties(0, 1, 0, 0, false, true, null, List.of());
        return List.of(
                connect(ProtocolVersion.MQTT_3_1_1, "c", null),
                connect(ProtocolVersion.MQTT_5, "c\0", null),
                connect(ProtocolVersion.MQTT_5, "c\uD800", null),
                connect(ProtocolVersion.MQTT_5, "x".repeat(65_536), null),
                keepAlive,
                new Connect(ProtocolVersion.MQTT_5, "c", true, 60, noWindow, null, null),
                new Connect(ProtocolVersion.MQTT_5, "c", true, 60, noPacket, null, null),
                new ConnAck(true, ReasonCode.BANNED, ConnAckProperties.NONE),
                new ConnAck(false, ReasonCode.SESSION_TAKEN_OVER, ConnAckProperties.NONE),
                new Publish(message(QoS.AT_LEAST_ONCE), 0, false, 0, List.of()),
                new Publish(message(QoS.AT_LEAST_ONCE), 65_536, false, 0, List.of()),
                new Publish(message(QoS.AT_MOST_ONCE), 1, false, 0, List.of()),
                new Publish(message(QoS.AT_MOST_ONCE), 0, true, 0, List.of()),
                new Publish(message(QoS.AT_MOST_ONCE), 0, false, 65_536, List.of()),
                new Publish(message(QoS.AT_MOST_ONCE), 0, false, 0, List.of(0)),
                PubAck.success(0),
                PubAck.success(65_536),
                new Subscribe(1, List.of(), 0, List.of()),
                new Subscribe(0, List.of(Subscription.of("a", QoS.AT_MOST_ONCE)), 0, List.of()),
                new Subscribe(1, List.of(Subscription.of("a", QoS.AT_MOST_ONCE)), 268_435_456, List.of()),
                new Unsubscribe(1, List.of(), List.of()),
                new Unsubscribe(0, List.of(TopicFilter.of("a")), List.of()),
                new SubAck(1, List.of(), Diagnostics.NONE),
                new UnsubAck(1, List.of(), Diagnostics.NONE),
                Disconnect.of(ReasonCode.BANNED),
                new Auth(ReasonCode.BANNED, new AuthenticationExchange("M", null), Diagnostics.NONE));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void aForbiddenPacketIsRefusedAndLeavesTheBufferAsItWas(ControlPacket packet) {
        encoder.encode(PingReq.INSTANCE, out);
        assertThrows(IllegalArgumentException.class, () -> encoder.encode(packet, out));
        assertEquals("c000", written());
    }

    @Test
    void olderVersionsRefuseWhatTheyDoNotHave() {
        Connect passwordAlone = connect(ProtocolVersion.MQTT_3_1_1, "c", Credentials.ofPassword(Payload.of("secret")));
        Connect nameless = connect(ProtocolVersion.MQTT_3_1_1, "", null);
        List<ControlPacket> refused = List.of(
                passwordAlone,
                nameless,
                new Auth(ReasonCode.SUCCESS, new AuthenticationExchange("M", null), Diagnostics.NONE),
                new ConnAck(false, ReasonCode.BANNED, ConnAckProperties.NONE),
                new Publish(message(QoS.AT_MOST_ONCE), 0, false, 1, List.of()));
        for (ControlPacket packet : refused) {
            assertThrows(IllegalArgumentException.class, () -> encoder3.encode(packet, out), packet::toString);
            assertTrue(out.isEmpty());
        }
    }

    /** Found by fuzzing: Clean Session was taken for enough, as since 3.1.1 it is. */
    @Test
    void anEmptyClientIdentifierIsRefusedBefore311() {
        Connect old = new Connect(ProtocolVersion.MQTT_3_1, "", true, 0, ConnectProperties.NONE, null, null);
        PacketEncoder encoder31 = new PacketEncoder(ProtocolVersion.MQTT_3_1);
        assertThrows(IllegalArgumentException.class, () -> encoder31.encode(old, out));
        assertTrue(out.isEmpty());
        encoder3.encode(new Connect(ProtocolVersion.MQTT_3_1_1, "", true, 0, ConnectProperties.NONE, null, null), out);
        assertEquals("100c00044d51545404020000" + "0000", written());
    }

    @Test
    void anAliasThatStandsForATopicIsNotZero() {
        Message message = message(QoS.AT_MOST_ONCE);
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublishByAlias(message, 0, 0, out));
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublishByAlias(message, 0, -1, out));
        assertThrows(IllegalArgumentException.class, () -> encoder.encodePublish(message, 0, false, -1, out));
        assertTrue(out.isEmpty());
    }
}
