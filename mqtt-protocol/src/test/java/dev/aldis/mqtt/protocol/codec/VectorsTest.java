package dev.aldis.mqtt.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector, whole, in pieces, glued to others, and through a decoder that has worked before. */
@Timeout(60)
class VectorsTest {

    /** Vectors that break no rule that a decoder alone can see; the tests of the engine take them up. */
    private static final Map<String, String> FOR_ENGINE = Vector.listed("vectors-for-the-engine.tsv");

    /** Valid vectors that do not come out again as the same bytes. */
    private static final Map<String, String> NOT_CANONICAL = Vector.listed("vectors-not-canonical.tsv");

    /** Vectors for which the file has another class of error than we think right, with the Reason Code that we use. */
    private static final Map<String, String> OTHER_CODE = Vector.listed("vectors-with-another-code.tsv");

    static List<Vector> valid() {
        return Vector.all().stream().filter(VectorsTest::decodes).toList();
    }

    static List<Vector> invalid() {
        return Vector.all().stream().filter(vector -> !decodes(vector)).toList();
    }

    private static boolean decodes(Vector vector) {
        return vector.verdict() == Vector.Verdict.VALID || FOR_ENGINE.containsKey(vector.name());
    }

    @Test
    void noVectorIsLost() {
        assertEquals(704, Vector.all().size());
        assertEquals(704, Vector.all().stream().map(Vector::name).distinct().count());
        assertEquals(264 + FOR_ENGINE.size(), valid().size());
        assertEquals(440 - FOR_ENGINE.size(), invalid().size());
    }

    @Test
    void theListsNameVectorsThatExist() {
        TreeSet<String> names = new TreeSet<>(FOR_ENGINE.keySet());
        names.addAll(NOT_CANONICAL.keySet());
        names.addAll(OTHER_CODE.keySet());
        names.removeAll(Vector.all().stream().map(Vector::name).toList());
        assertEquals(new TreeSet<>(), names);
    }

    @Test
    void onlyVectorsWithAContextAreLeftToTheEngine() {
        for (Vector vector : Vector.all()) {
            if (FOR_ENGINE.containsKey(vector.name())) {
                assertNotEquals(Vector.Verdict.VALID, vector.verdict(), vector.name());
                assertFalse(vector.context().isEmpty(), vector.name());
                assertTrue(FOR_ENGINE.get(vector.name()).startsWith("engine: "), vector.name());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidPacketIsReadWholeAndByteByByte(Vector vector) throws PeerViolation {
        ControlPacket whole = only(Wire.decode(decoder(vector), vector.bytes()));
        assertEquals(whole, only(Wire.decode(decoder(vector), Wire.oneByOne(vector.bytes()))));
        List<ControlPacket> direct = new ArrayList<>();
        decoder(vector).decode(Wire.direct(vector.bytes()), direct::add);
        assertEquals(whole, only(direct));
        List<ControlPacket> readOnly = new ArrayList<>();
        decoder(vector).decode(ByteBuffer.wrap(vector.bytes()).asReadOnlyBuffer(), readOnly::add);
        assertEquals(whole, only(readOnly));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidPacketIsReadWhereverItIsSplit(Vector vector) throws PeerViolation {
        byte[] bytes = vector.bytes();
        ControlPacket whole = only(Wire.decode(decoder(vector), bytes));
        for (int split = 1; split < bytes.length; split++) {
            byte[] first = Arrays.copyOf(bytes, split);
            byte[] second = Arrays.copyOfRange(bytes, split, bytes.length);
            assertEquals(whole, only(Wire.decode(decoder(vector), first, second)), "split at " + split);
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidPacketIsReadBetweenOthers(Vector vector) throws PeerViolation {
        ControlPacket whole = only(Wire.decode(decoder(vector), vector.bytes()));
        byte[] before = before(vector);
        byte[] stream = Wire.join(before, vector.bytes(), after(vector));
        int index = before.length == 0 ? 0 : 1;
        for (List<ControlPacket> packets :
                List.of(Wire.decode(decoder(vector), stream), Wire.decode(decoder(vector), Wire.oneByOne(stream)))) {
            assertEquals(index + 2, packets.size());
            assertEquals(whole, packets.get(index));
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidPacketIsReadByADecoderThatHasWorked(Vector vector) throws PeerViolation {
        PacketDecoder decoder = decoder(vector);
        Wire.decode(decoder, before(vector));
        ControlPacket first = only(Wire.decode(decoder, vector.bytes()));
        if (!vector.opensConnection()) {
            assertEquals(first, only(Wire.decode(decoder, vector.bytes())));
        }
        assertEquals(1, Wire.decode(decoder, after(vector)).size());
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidPacketIsTheSameAfterEncoding(Vector vector) throws PeerViolation {
        ControlPacket packet = only(Wire.decode(decoder(vector), vector.bytes()));
        byte[] encoded = Wire.encode(vector.version(), packet);
        assertEquals(packet, only(Wire.decode(decoder(vector), encoded)));
        assertEquals(encoded.length, new PacketEncoder(vector.version()).sizeBytes(packet));
        String reason = NOT_CANONICAL.get(vector.name());
        if (reason == null) {
            assertEquals(vector.hex(), Wire.hex(encoded));
        } else {
            assertNotEquals(vector.hex(), Wire.hex(encoded), "listed as not canonical: " + reason);
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidPacketIsRefusedWithItsClass(Vector vector) {
        PeerViolation violation = assertThrows(PeerViolation.class, () -> Wire.decode(decoder(vector), vector.bytes()));
        String other = OTHER_CODE.get(vector.name());
        if (other != null) {
            assertEquals(
                    other.substring(0, other.indexOf(':')),
                    violation.reasonCode().name());
        } else {
            boolean malformed = violation.reasonCode() == ReasonCode.MALFORMED_PACKET;
            assertEquals(vector.verdict() == Vector.Verdict.MALFORMED, malformed, violation::description);
        }
        assertTrue(violation.description().matches("(?s).+ \\[(MQTT-|section )[0-9.-]+]"), violation::description);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidPacketIsRefusedInTheSameWayHoweverItComes(Vector vector) throws PeerViolation {
        byte[] bytes = vector.bytes();
        PeerViolation whole = assertThrows(PeerViolation.class, () -> Wire.decode(decoder(vector), bytes));
        PeerViolation pieces =
                assertThrows(PeerViolation.class, () -> Wire.decode(decoder(vector), Wire.oneByOne(bytes)));
        assertEquals(whole.description(), pieces.description());
        PeerViolation direct =
                assertThrows(PeerViolation.class, () -> decoder(vector).decode(Wire.direct(bytes), packet -> {}));
        assertEquals(whole.description(), direct.description());
        PacketDecoder used = decoder(vector);
        Wire.decode(used, before(vector));
        PeerViolation later = assertThrows(PeerViolation.class, () -> Wire.decode(used, bytes));
        assertEquals(whole.description(), later.description());
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void nothingIsReadAfterAnInvalidPacket(Vector vector) throws PeerViolation {
        byte[] before = before(vector);
        byte[] stream = Wire.join(before, vector.bytes(), after(vector));
        PacketDecoder decoder = decoder(vector);
        List<ControlPacket> packets = new ArrayList<>();
        PeerViolation first =
                assertThrows(PeerViolation.class, () -> decoder.decode(ByteBuffer.wrap(stream), packets::add));
        assertEquals(before.length == 0 ? 0 : 1, packets.size());
        assertSame(
                first,
                assertThrows(PeerViolation.class, () -> decoder.decode(ByteBuffer.wrap(after(vector)), packets::add)));
        assertEquals(before.length == 0 ? 0 : 1, packets.size());
    }

    @Test
    void everyVectorIsRunInOneOfTheTwoWays() {
        List<String> run = Stream.concat(valid().stream(), invalid().stream())
                .map(Vector::name)
                .sorted()
                .toList();
        assertEquals(Vector.all().stream().map(Vector::name).sorted().toList(), run);
    }

    @Test
    void aliasesInVectorsAreResolved() throws PeerViolation {
        Vector use = Vector.all().stream()
                .filter(vector -> vector.name().equals("publish5-alias-use"))
                .findFirst()
                .orElseThrow();
        Publish publish = (Publish) only(Wire.decode(decoder(use), use.bytes()));
        assertEquals("a/b", publish.message().topic().text());
        assertEquals(1, publish.topicAlias());
        assertArrayEquals(Wire.bytes("6869"), publish.message().payload().toByteArray());
    }

    /** A decoder that is where the context of the vector wants it. */
    private static PacketDecoder decoder(Vector vector) throws PeerViolation {
        PacketDecoder decoder = new PacketDecoder(vector.options());
        Wire.decode(decoder, vector.earlier());
        return decoder;
    }

    /** A small packet that may come before. */
    private static byte[] before(Vector vector) {
        return vector.opensConnection() ? new byte[0] : Wire.bytes("50020001");
    }

    /** A small packet that may come after. */
    private static byte[] after(Vector vector) {
        return Wire.bytes(vector.version() == ProtocolVersion.MQTT_5 ? "30050001780079" : "300400017879");
    }

    private static ControlPacket only(List<ControlPacket> packets) {
        assertEquals(1, packets.size());
        return packets.get(0);
    }
}
