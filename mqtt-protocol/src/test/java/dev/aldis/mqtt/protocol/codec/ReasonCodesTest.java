package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All 256 values in all packets that have a Reason Code, against table 2-6 of the standard as it stands here. */
@Timeout(30)
class ReasonCodesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            20 00 XX 00       | SERVER | 00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F
            40 000a XX        | CLIENT | 00 80 83 87 90 91 97 99
            40 000a XX        | SERVER | 00 10 80 83 87 90 91 97 99
            40 000a XX 00     | SERVER | 00 10 80 83 87 90 91 97 99
            50 000a XX        | CLIENT | 00 80 83 87 90 91 97 99
            50 000a XX        | SERVER | 00 10 80 83 87 90 91 97 99
            62 000a XX        | CLIENT | 00 92
            62 000a XX        | SERVER | 00 92
            70 000a XX        | CLIENT | 00 92
            70 000a XX        | SERVER | 00 92
            90 000a 00 XX     | SERVER | 00 01 02 80 83 87 8F 91 97 9E A1 A2
            90 000a 00 00XX   | SERVER | 00 01 02 80 83 87 8F 91 97 9E A1 A2
            b0 000a 00 XX     | SERVER | 00 11 80 83 87 8F 91
            e0 XX             | CLIENT | 00 04 80 81 82 83 90 93 94 95 96 97 98 99 9B
            e0 XX             | SERVER | 00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2
            f0 XX 04 1500014d | CLIENT | 18 19
            f0 XX 04 1500014d | SERVER | 00 18
            """)
    void aPacketHasTheCodesOfItsTableAndNoOther(String body, Role sender, String codes) {
        TreeSet<Integer> accepted = new TreeSet<>();
        for (int value = 0; value < 256; value++) {
            byte[] packet = packet(body.replace("XX", WireReader.hex(value)));
            PacketDecoder decoder = new PacketDecoder(options(sender));
            try {
                assertEquals(1, Wire.decode(decoder, packet).size());
                accepted.add(value);
            } catch (PeerViolation violation) {
                assertEquals(ReasonCode.PROTOCOL_ERROR, violation.reasonCode());
                assertTrue(violation.description().contains("0x" + WireReader.hex(value)), violation::description);
            }
        }
        TreeSet<Integer> expected = Stream.of(codes.split(" ", -1))
                .map(code -> Integer.parseInt(code, 16))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, accepted);
    }

    private static byte[] packet(String hex) {
        byte[] bytes = Wire.bytes(hex);
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        return Wire.join(new byte[] {bytes[0], (byte) rest.length}, rest);
    }

    private static DecoderOptions options(Role sender) {
        return sender == Role.SERVER
                ? DecoderOptions.client(ProtocolVersion.MQTT_5)
                : DecoderOptions.server().withVersion(ProtocolVersion.MQTT_5);
    }

    @Test
    void aCodeThatNoEndMaySendIsNotEncoded() {
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        for (PacketType type :
                new PacketType[] {PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP}) {
            for (ReasonCode code : ReasonCode.values()) {
                boolean allowed = ReasonCodes.allowed(type, Role.SERVER).contains(code);
                WireBuffer out = new WireBuffer();
                if (allowed) {
                    encoder.encode(AckCodec.of(type, 1, code, Diagnostics.NONE), out);
                    assertEquals(code == ReasonCode.SUCCESS ? 4 : 5, out.size());
                } else {
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> encoder.encode(AckCodec.of(type, 1, code, Diagnostics.NONE), out));
                    assertEquals(0, out.size());
                }
            }
        }
    }
}
