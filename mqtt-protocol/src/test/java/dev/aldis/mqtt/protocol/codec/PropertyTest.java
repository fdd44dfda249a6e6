package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every property in every packet, against the table 2-4 of the standard as it stands here: who may have which, how the
 * value is written, which values are none, what may be there twice.
 */
@Timeout(30)
class PropertyTest {

    /** A packet, the properties that it may have, and its bytes before and behind its Property Length and properties. */
    private record Holder(String name, Role receiver, String allowed, String start, String end) {

        byte[] bytes(String properties) {
            byte[] block = Wire.bytes(properties);
            byte[] start = Wire.bytes(this.start);
            byte[] length = {(byte) block.length};
            byte[] end = Wire.bytes(this.end);
            byte[] remaining = {(byte) (start.length + block.length + end.length)};
            return Wire.join(new byte[] {start[0]}, remaining, tail(start), length, block, end);
        }

        private static byte[] tail(byte[] start) {
            return Arrays.copyOfRange(start, 1, start.length);
        }
    }

    private static final String ACK = "1F 26";

    private static final List<Holder> HOLDERS = List.of(
            new Holder("CONNECT", Role.SERVER, "11 15 16 17 19 21 22 26 27", "10 00044d5154540502003c", "000163"),
            new Holder(
                    "Will Properties",
                    Role.SERVER,
                    "01 02 03 08 09 18 26",
                    "10 00044d5154540506003c 00 000163",
                    "000177 000178"),
            new Holder("CONNACK", Role.CLIENT, "11 12 13 15 16 1A 1C 1F 21 22 24 25 26 27 28 29 2A", "20 0000", ""),
            new Holder("PUBLISH", Role.CLIENT, "01 02 03 08 09 0B 23 26", "30 000161", "78"),
            new Holder("PUBLISH", Role.SERVER, "01 02 03 08 09 23 26", "30 000161", "78"),
            new Holder("PUBACK", Role.CLIENT, ACK, "40 000a 00", ""),
            new Holder("PUBREC", Role.CLIENT, ACK, "50 000a 00", ""),
            new Holder("PUBREL", Role.CLIENT, ACK, "62 000a 00", ""),
            new Holder("PUBCOMP", Role.CLIENT, ACK, "70 000a 00", ""),
            new Holder("SUBSCRIBE", Role.SERVER, "0B 26", "82 000a", "000161 00"),
            new Holder("SUBACK", Role.CLIENT, ACK, "90 000a", "00"),
            new Holder("UNSUBSCRIBE", Role.SERVER, "26", "a2 000a", "000161"),
            new Holder("UNSUBACK", Role.CLIENT, ACK, "b0 000a", "00"),
            new Holder("DISCONNECT", Role.CLIENT, "1C 1F 26", "e0 00", ""),
            new Holder("DISCONNECT", Role.SERVER, "11 1F 26", "e0 00", ""),
            new Holder("AUTH", Role.CLIENT, "15 16 1F 26", "f0 18", ""));

    /** Identifier, a value that is allowed, and values that are not, each with the Reason Code for it. */
    private static final List<String> PROPERTIES = List.of(
            "01 00|02:82",
            "02 ffffffff|",
            "03 0000|",
            "08 000161|0000:82 000123:82 00012b:82 000100:81",
            "09 0000|",
            "0b ffffff7f|00:82 8000:81 808000:81 8080808001:81",
            "11 00000000|",
            "12 000178|",
            "13 0000|",
            "15 00014d|",
            "16 000100|",
            "17 00|02:82 ff:82",
            "18 00000000|",
            "19 01|02:82",
            "1a 000178|",
            "1c 000178|",
            "1f 000178|000100:81 000180:81 0003eda080:81",
            "21 0001|0000:82",
            "22 0000|",
            "23 0001|0000:94 0011:94",
            "24 00|02:82 ff:82",
            "25 00|02:82",
            "26 0000 0000|000000020000:81 000100 0000:81 0000 000100:81",
            "27 00000001|00000000:82",
            "28 01|02:82",
            "29 01|02:82",
            "2a 01|02:82");

    /** One holder, one property. */
    private record Case(Holder holder, String property) {

        String identifier() {
            return property.substring(0, 2);
        }

        String value() {
            return property.substring(2, property.indexOf('|'));
        }

        boolean isAllowed() {
            return holder.allowed().toLowerCase(Locale.ROOT).contains(identifier());
        }

        /** Authentication Data is nothing without a method, and AUTH has to have one. */
        byte[] bytes(String properties) {
            boolean needsMethod = !identifier().equals("15")
                    && (identifier().equals("16") || holder.name().equals("AUTH"));
            return holder.bytes((needsMethod ? "15 00014d " : "") + properties);
        }

        @Override
        public String toString() {
            return holder.name() + " to " + holder.receiver() + " with " + identifier();
        }
    }

    static Stream<Case> cases() {
        return HOLDERS.stream().flatMap(holder -> PROPERTIES.stream().map(property -> new Case(holder, property)));
    }

    static Stream<Case> allowed() {
        return cases().filter(Case::isAllowed);
    }

    @Test
    void everyPropertyOfTheStandardIsThere() {
        List<Integer> identifiers = PROPERTIES.stream()
                .map(property -> Integer.parseInt(property.substring(0, 2), 16))
                .toList();
        List<Integer> defined = new ArrayList<>();
        for (int identifier = 0; identifier < 256; identifier++) {
            if (Property.of(identifier) != null) {
                defined.add(identifier);
            }
        }
        assertEquals(identifiers, defined);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aPropertyIsReadWhereItBelongsAndNowhereElse(Case one) throws PeerViolation {
        byte[] bytes = one.bytes(one.identifier() + one.value());
        if (one.isAllowed()) {
            assertEquals(1, decode(one.holder(), bytes));
        } else {
            ReasonCode code = violation(one.holder(), bytes).reasonCode();
            assertEquals(isForOtherSender(one) ? ReasonCode.PROTOCOL_ERROR : ReasonCode.MALFORMED_PACKET, code);
        }
    }

    /** These parse, but the other end sends them. */
    private static boolean isForOtherSender(Case one) {
        return switch (one.holder().name()) {
            case "PUBLISH" -> one.identifier().equals("0b");
            case "DISCONNECT" ->
                one.identifier().equals("11") || one.identifier().equals("1c");
            default -> false;
        };
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void aSecondOneIsAProtocolErrorUnlessItMayRepeat(Case one) throws PeerViolation {
        byte[] bytes = one.bytes(one.identifier() + one.value() + one.identifier() + one.value());
        boolean repeatable = one.identifier().equals("26")
                || (one.identifier().equals("0b") && one.holder().name().equals("PUBLISH"));
        if (repeatable) {
            assertEquals(1, decode(one.holder(), bytes));
        } else {
            assertEquals(
                    ReasonCode.PROTOCOL_ERROR, violation(one.holder(), bytes).reasonCode());
        }
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void aValueOutOfRangeHasItsReasonCode(Case one) {
        String wrong = one.property().substring(one.property().indexOf('|') + 1);
        List<String> values = new ArrayList<>();
        for (String part : wrong.split("(?<=:..) ", -1)) {
            if (!part.isEmpty()) {
                values.add(part);
            }
        }
        for (String value : values) {
            String hex = value.substring(0, value.indexOf(':'));
            PeerViolation violation = violation(one.holder(), one.bytes(one.identifier() + hex));
            assertEquals(
                    Integer.parseInt(value.substring(value.indexOf(':') + 1), 16),
                    violation.reasonCode().value(),
                    violation::description);
        }
        assertEquals(wrong.isEmpty(), values.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void aValueThatIsCutByThePropertyLengthIsMalformed(Case one) {
        String whole = (one.identifier() + one.value()).replace(" ", "");
        for (int cut = 2; cut < whole.length(); cut += 2) {
            PeerViolation violation = violation(one.holder(), one.bytes(whole.substring(0, cut)));
            assertEquals(ReasonCode.MALFORMED_PACKET, violation.reasonCode(), violation::description);
        }
    }

    @Test
    void identifiersThatDoNotExistAreMalformed() {
        for (Holder holder : HOLDERS) {
            for (int identifier = 0; identifier < 0x80; identifier++) {
                if (Property.of(identifier) == null) {
                    String hex = WireReader.hex(identifier);
                    assertEquals(
                            ReasonCode.MALFORMED_PACKET,
                            violation(holder, holder.bytes(hex + "00")).reasonCode());
                }
            }
        }
    }

    @Test
    void problemInformationThatWasNotRequestedIsAProtocolError() throws PeerViolation {
        List<String> exempt = List.of("PUBLISH", "CONNACK", "DISCONNECT");
        for (Case one :
                allowed().filter(one -> one.holder().receiver() == Role.CLIENT).toList()) {
            byte[] bytes = one.bytes(one.identifier() + one.value());
            boolean problem = one.identifier().equals("1f") || one.identifier().equals("26");
            PacketDecoder decoder = new PacketDecoder(options(one.holder()).withRequestProblemInformation(false));
            if (problem && !exempt.contains(one.holder().name())) {
                PeerViolation violation = assertThrows(PeerViolation.class, () -> Wire.decode(decoder, bytes));
                assertEquals(ReasonCode.PROTOCOL_ERROR, violation.reasonCode());
                assertTrue(violation.description().contains("MQTT-3.1.2-29"), violation::description);
            } else {
                assertEquals(1, Wire.decode(decoder, bytes).size(), one::toString);
            }
        }
    }

    private static DecoderOptions options(Holder holder) {
        DecoderOptions options = holder.receiver() == Role.CLIENT
                ? DecoderOptions.client(ProtocolVersion.MQTT_5)
                : holder.start().startsWith("10")
                        ? DecoderOptions.server()
                        : DecoderOptions.server().withVersion(ProtocolVersion.MQTT_5);
        return options.withTopicAliasMaximum(16);
    }

    private static int decode(Holder holder, byte[] bytes) throws PeerViolation {
        return Wire.decode(new PacketDecoder(options(holder)), bytes).size();
    }

    private static PeerViolation violation(Holder holder, byte[] bytes) {
        return assertThrows(PeerViolation.class, () -> decode(holder, bytes), () -> Wire.hex(bytes));
    }
}
