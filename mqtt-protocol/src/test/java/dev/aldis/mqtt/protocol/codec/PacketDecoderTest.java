package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PacketDecoderTest {

    private static final DecoderOptions CLIENT = DecoderOptions.client(ProtocolVersion.MQTT_5);
    private static final DecoderOptions CLIENT_3 = DecoderOptions.client(ProtocolVersion.MQTT_3_1_1);

    private final PacketDecoder decoder = new PacketDecoder(CLIENT);
    private final List<ControlPacket> packets = new ArrayList<>();

    private static PeerViolation violation(PacketDecoder decoder, String hex) {
        return assertThrows(PeerViolation.class, () -> Wire.decode(decoder, Wire.bytes(hex)));
    }

    private static void assertCode(ReasonCode code, DecoderOptions options, String hex) {
        PeerViolation violation = violation(new PacketDecoder(options), hex);
        assertEquals(code, violation.reasonCode(), violation::description);
    }

    @ParameterizedTest
    @CsvSource({"40 02 00 07, PUBACK", "50 02 00 07, PUBREC", "62 02 00 07, PUBREL", "70 02 00 07, PUBCOMP"})
    void anAcknowledgementOfSuccessNeedsNoObject(String hex, PacketType type) throws PeerViolation {
        List<String> told = new ArrayList<>();
        decoder.decode(ByteBuffer.wrap(Wire.bytes(hex)), new PacketSink() {
            @Override
            public void packet(ControlPacket packet) {
                told.add("object " + packet);
            }

            @Override
            public void success(PacketType ofType, int packetIdentifier) {
                told.add(ofType + " " + packetIdentifier);
            }
        });
        assertEquals(List.of(type + " 7"), told);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 122, 123, 16_378, 16_379, 2_097_146, 2_097_147, 2_500_000})
    void aRemainingLengthOfAnySizeIsRead(int payloadBytes) throws PeerViolation {
        byte[] content = new byte[payloadBytes];
        Arrays.fill(content, payloadBytes / 2, payloadBytes, (byte) 7);
        Message message = Message.of(TopicName.of("t"), QoS.AT_MOST_ONCE, Payload.wrap(content));
        byte[] bytes = Wire.encode(ProtocolVersion.MQTT_3_1_1, new Publish(message, 0, false, 0, List.of()));
        PacketDecoder inOne = new PacketDecoder(CLIENT_3);
        assertEquals(message, ((Publish) Wire.decode(inOne, bytes).get(0)).message());
        for (int i = 0; i < bytes.length; i += 1_000) {
            inOne.decode(ByteBuffer.wrap(bytes, i, Math.min(1_000, bytes.length - i)), packets::add);
        }
        assertEquals(message, ((Publish) packets.get(0)).message());
        assertEquals(1, packets.size());
    }

    @Test
    void aPacketLargerThanTheMaximumIsRefusedByItsHeader() throws PeerViolation {
        PacketDecoder limited = new PacketDecoder(CLIENT.withMaximumPacketSizeBytes(1_000));
        assertEquals(0, Wire.decode(limited, Wire.bytes("30 e6")).size());
        PeerViolation violation = violation(limited, "07");
        assertEquals(ReasonCode.PACKET_TOO_LARGE, violation.reasonCode());
        assertEquals("PUBLISH: it has 1001 bytes; at most 1000 are accepted [MQTT-3.1.2-24]", violation.description());
        assertEquals(0, limited.keptBytes());
    }

    @ParameterizedTest
    @CsvSource({"129, 132, 132", "129, 132, 131", "126, 128, 128", "126, 128, 127", "127, 129, 129", "128, 131, 130"})
    void theMaximumCountsTheFixedHeader(int remainingLength, int size, int maximum) throws PeerViolation {
        Message message = Message.of(TopicName.of("t"), QoS.AT_MOST_ONCE, Payload.wrap(new byte[remainingLength - 3]));
        byte[] bytes = Wire.encode(ProtocolVersion.MQTT_3_1_1, new Publish(message, 0, false, 0, List.of()));
        assertEquals(size, bytes.length);
        PacketDecoder limited = new PacketDecoder(CLIENT_3.withMaximumPacketSizeBytes(maximum));
        if (size <= maximum) {
            assertEquals(1, Wire.decode(limited, bytes).size());
        } else {
            assertThrows(PeerViolation.class, () -> Wire.decode(limited, bytes));
        }
    }

    @Test
    void memoryGrowsWithTheBytesThatArriveOnly() throws PeerViolation {
        Wire.decode(decoder, Wire.bytes("30 ffffff7f 0001"));
        assertTrue(decoder.keptBytes() < 16, "kept " + decoder.keptBytes());
        byte[] portion = new byte[10_000];
        for (int i = 1; i <= 20; i++) {
            Wire.decode(decoder, portion);
            assertTrue(decoder.keptBytes() <= 2 * (i * 10_000 + 2), "kept " + decoder.keptBytes() + " after " + i);
        }
    }

    @Test
    void memoryForALargePacketIsGivenBack() throws PeerViolation {
        Message message = Message.of(TopicName.of("t"), QoS.AT_MOST_ONCE, Payload.wrap(new byte[200_000]));
        byte[] bytes = Wire.encode(ProtocolVersion.MQTT_5, new Publish(message, 0, false, 0, List.of()));
        decoder.decode(ByteBuffer.wrap(bytes, 0, 150_000), packets::add);
        assertTrue(decoder.keptBytes() >= 150_000 - 5 && decoder.keptBytes() <= 200_010);
        decoder.decode(ByteBuffer.wrap(bytes, 150_000, bytes.length - 150_000), packets::add);
        assertEquals(message, ((Publish) packets.get(0)).message());
        assertEquals(0, decoder.keptBytes());
    }

    @Test
    void aDecoderThatRefusedHoldsNoMemory() throws PeerViolation {
        Wire.decode(decoder, Wire.bytes("3005 00"));
        assertTrue(decoder.keptBytes() > 0);
        violation(decoder, "09612f62");
        assertEquals(0, decoder.keptBytes());
    }

    @Test
    void anEarlierMethodDoesNotMakeUpForAMissingOne() throws PeerViolation {
        assertEquals(1, Wire.decode(decoder, Wire.bytes("f00618041500014d")).size());
        assertEquals(ReasonCode.PROTOCOL_ERROR, violation(decoder, "f00118").reasonCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "80", "c0"})
    void reservedSubscriptionOptionsAreMalformed(String options) {
        assertCode(
                ReasonCode.MALFORMED_PACKET,
                DecoderOptions.server().withVersion(ProtocolVersion.MQTT_5),
                "8207000a00000161" + options);
    }

    @ParameterizedTest
    @CsvSource({
        "00, PROTOCOL_ERROR",
        "10, PROTOCOL_ERROR",
        "21, MALFORMED_PACKET",
        "36, MALFORMED_PACKET",
        "38, PROTOCOL_ERROR",
        "60, MALFORMED_PACKET",
        "6a, MALFORMED_PACKET",
        "82, PROTOCOL_ERROR",
        "c0, PROTOCOL_ERROR"
    })
    void aFirstByteIsRefusedBeforeAnotherArrives(String hex, ReasonCode code) {
        assertCode(code, CLIENT, hex);
    }

    @Test
    void theFourthByteOfALengthIsTheLast() throws PeerViolation {
        assertEquals(0, Wire.decode(decoder, Wire.bytes("30 808080")).size());
        assertEquals(ReasonCode.MALFORMED_PACKET, violation(decoder, "80").reasonCode());
    }

    @Test
    void aDecoderThatRefusedRepeatsItself() {
        PeerViolation first = violation(decoder, "00");
        assertSame(first, violation(decoder, "d000"));
        assertSame(
                first, assertThrows(PeerViolation.class, () -> decoder.decode(ByteBuffer.allocate(0), packets::add)));
    }

    @Test
    void aPacketThatTheSinkDoesNotAllowIsTheLast() {
        PeerViolation refused = new PeerViolation(ReasonCode.PROTOCOL_ERROR, "not now [MQTT-3.2.0-1]");
        ByteBuffer two = ByteBuffer.wrap(Wire.bytes("d000 d000"));
        assertSame(
                refused,
                assertThrows(
                        PeerViolation.class,
                        () -> decoder.decode(two, packet -> {
                            packets.add(packet);
                            throw refused;
                        })));
        assertEquals(1, packets.size());
        assertSame(refused, violation(decoder, "d000"));
    }

    @Test
    void bytesBeforeThePositionAndBehindTheLimitAreNotRead() throws PeerViolation {
        ByteBuffer bytes = ByteBuffer.wrap(Wire.bytes("ff d000 4002000a 3005000161 0078 ff"))
                .position(1)
                .limit(14)
                .slice();
        decoder.decode(bytes, packets::add);
        assertEquals(3, packets.size());
        assertEquals(PubAck.success(10), packets.get(1));
        assertEquals(Message.of("a", QoS.AT_MOST_ONCE, "x"), ((Publish) packets.get(2)).message());
        assertEquals(bytes.limit(), bytes.position());
    }

    @Test
    void aPacketKeepsItsBytesWhenTheBufferIsUsedAgain() throws PeerViolation {
        byte[] shared = Wire.bytes("320a0003612f62000a006869");
        decoder.decode(ByteBuffer.wrap(shared), packets::add);
        Arrays.fill(shared, (byte) 'x');
        Publish publish = (Publish) packets.get(0);
        assertEquals("a/b", publish.message().topic().text());
        assertEquals("hi", publish.message().payload().text());
    }

    @Test
    void aTopicThatRepeatsIsTheSameObject() throws PeerViolation {
        List<ControlPacket> repeated =
                Wire.decode(decoder, Wire.bytes("30080003612f62006869 30080003612f63006869 30080003612f62006869"));
        TopicName first = ((Publish) repeated.get(0)).message().topic();
        assertEquals("a/c", ((Publish) repeated.get(1)).message().topic().text());
        assertSame(first, ((Publish) repeated.get(2)).message().topic());
    }

    @Test
    void manyTopicsAreToldApart() throws PeerViolation {
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        WireBuffer out = new WireBuffer();
        for (int i = 0; i < 20_000; i++) {
            Message message = Message.of("device/" + i * 7 % 5_000 + "/state", QoS.AT_MOST_ONCE, "");
            encoder.encodePublish(message, 0, false, 0, out);
        }
        decoder.decode(out.asByteBuffer(), packets::add);
        for (int i = 0; i < 20_000; i++) {
            assertEquals(
                    "device/" + i * 7 % 5_000 + "/state",
                    ((Publish) packets.get(i)).message().topic().text());
        }
    }

    @Test
    void aServerThatKnows311OnlyIsNamedAsTheCause() {
        for (String answer : List.of("20020001", "20020084")) {
            PeerViolation violation = violation(new PacketDecoder(CLIENT), answer);
            assertEquals(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, violation.reasonCode());
            assertTrue(violation.description().contains("does not support protocol level 5"), violation::description);
        }
        assertCode(ReasonCode.MALFORMED_PACKET, CLIENT, "20020000");
    }

    @Test
    void aServerLearnsTheVersionFromConnect() throws PeerViolation {
        PacketDecoder server = new PacketDecoder(DecoderOptions.server());
        assertNull(server.version());
        Wire.decode(server, Wire.bytes("100e00044d5154540402003c00026331"));
        assertEquals(ProtocolVersion.MQTT_3_1_1, server.version());
        assertEquals(1, Wire.decode(server, Wire.bytes("8206000a00012300")).size());
        PeerViolation second = violation(server, "100e00044d5154540402003c00026331");
        assertEquals("CONNECT: a second one on the same connection [MQTT-3.1.0-2]", second.description());
    }

    @Test
    void connectOfVersion5HasItsLengthInTheShortestForm() throws PeerViolation {
        assertCode(ReasonCode.MALFORMED_PACKET, DecoderOptions.server(), "108f0000044d5154540502003c0000026331");
        assertEquals(
                1,
                Wire.decode(DecoderOptions.server(), "108e0000044d5154540402003c00026331")
                        .size());
    }

    @Test
    void version31RepeatsWithADuplicateFlag() throws PeerViolation {
        DecoderOptions client = DecoderOptions.client(ProtocolVersion.MQTT_3_1);
        assertEquals(1, Wire.decode(client, "6a02000a").size());
        assertEquals(1, Wire.decode(client, "6202000a").size());
        assertCode(ReasonCode.MALFORMED_PACKET, client, "4802000a");
        assertCode(ReasonCode.MALFORMED_PACKET, CLIENT_3, "6a02000a");
        PacketDecoder server = new PacketDecoder(DecoderOptions.server());
        Wire.decode(server, Wire.bytes("101000064d51497364700302003c00026331"));
        assertEquals(ProtocolVersion.MQTT_3_1, server.version());
        assertEquals(1, Wire.decode(server, Wire.bytes("8a06000a00012300")).size());
        assertEquals(1, Wire.decode(server, Wire.bytes("aa05000a000123")).size());
    }

    @Test
    void anEmptyClientIdentifierNeedsCleanSessionAndNotVersion31() throws PeerViolation {
        DecoderOptions server = DecoderOptions.server();
        assertEquals(1, Wire.decode(server, "100c00044d5154540402003c0000").size());
        assertCode(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, server, "100c00044d5154540400003c0000");
        assertCode(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, server, "100e00064d51497364700302003c0000");
    }

    @Test
    void qosThreeInSubscribeIsAProtocolErrorSince5() {
        DecoderOptions server = DecoderOptions.server();
        assertCode(ReasonCode.PROTOCOL_ERROR, server.withVersion(ProtocolVersion.MQTT_5), "8207000a0000016103");
        assertCode(ReasonCode.MALFORMED_PACKET, server.withVersion(ProtocolVersion.MQTT_3_1_1), "8206000a00016103");
    }

    @Test
    void aPropertyOfTheOtherEndIsAProtocolError() {
        assertCode(ReasonCode.PROTOCOL_ERROR, CLIENT, "e0070005 1100000005");
        assertCode(
                ReasonCode.PROTOCOL_ERROR,
                DecoderOptions.server().withVersion(ProtocolVersion.MQTT_5),
                "e0068104 1c000161");
    }

    @Test
    void authenticationDataNeedsAMethod() {
        assertCode(ReasonCode.PROTOCOL_ERROR, CLIENT, "2007000004 16000101");
        assertCode(ReasonCode.PROTOCOL_ERROR, DecoderOptions.server(), "101300044d5154540502003c 0416000101 00026331");
    }

    @Test
    void stringsOfTheLargestLengthAreRead() throws PeerViolation {
        String topic = "t".repeat(65_535);
        String name = "é".repeat(32_767) + "n";
        Message message = Message.of(topic, QoS.AT_LEAST_ONCE, "x");
        message = message.withProperties(MessageProperties.builder()
                .userProperty(name, name)
                .correlationData(Payload.wrap(new byte[65_535]))
                .build());
        Publish publish = new Publish(message, 1, false, 0, List.of());
        byte[] bytes = Wire.encode(ProtocolVersion.MQTT_5, publish);
        assertEquals(List.of(publish), Wire.decode(decoder, bytes));
        decoder.decode(Wire.direct(bytes), packets::add);
        assertEquals(List.of(publish), packets);
    }

    @Test
    void aMaximumPacketSizeOfOneIsTheSmallest() {
        assertEquals(1, CLIENT.withMaximumPacketSizeBytes(1).maximumPacketSizeBytes());
        assertThrows(IllegalArgumentException.class, () -> CLIENT.withMaximumPacketSizeBytes(0));
    }
}
