package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each vector of the codec that a server must not send, sent to a whole client: it ends the connection, with MQTT 5.0 after
 * a DISCONNECT that says why. {@code docs/conformance.md} counts each vector for its clause.
 */
class WholeClientVectorsTest extends PeerTest {

    private static final Path VECTORS = Path.of("../../mqtt-protocol/src/test/resources/dev/aldis/mqtt/protocol/codec");

    private static final Pattern TOPIC_ALIAS_MAXIMUM = Pattern.compile("TopicAliasMaximum=(\\d+)");

    private static final Pattern REASON_CODE = Pattern.compile("0x([89A][0-9A-F])");

    /** A packet, and why no server may send it. */
    private record Vector(
            String name,
            String version,
            String direction,
            String hex,
            String verdict,
            String context,
            String expected) {

        static Vector of(String line) {
            String[] cells = line.split("\t", -1);
            return new Vector(cells[0], cells[1], cells[2], cells[3], cells[4], cells[6], cells[7]);
        }

        /** What CONNECT has to say for the vector to be wrong; nothing unless it says so. */
        int topicAliasMaximum() {
            Matcher maximum = TOPIC_ALIAS_MAXIMUM.matcher(context);
            return maximum.find() ? Integer.parseInt(maximum.group(1)) : 0;
        }

        /** What the client says to it before it ends the connection; before CONNACK, and in old versions, it says nothing. */
        List<Disconnect> answer(ProtocolVersion spoken, boolean beforeConnAck) {
            if (spoken != ProtocolVersion.MQTT_5 || beforeConnAck) {
                return List.of();
            }
            Matcher code = REASON_CODE.matcher(expected);
            if (code.find()) {
                return List.of(Disconnect.of(ReasonCode.of(Integer.parseInt(code.group(1), 16))));
            }
            return List.of(Disconnect.of(
                    verdict.equals("malformed") ? ReasonCode.MALFORMED_PACKET : ReasonCode.PROTOCOL_ERROR));
        }

        /** Vectors that are wrong only after another CONNECT than this one are left to the tests of the codec. */
        boolean isForbidden() {
            return direction.equals("s2c")
                    && !verdict.equals("valid")
                    && !context.contains("RequestProblemInformation=0")
                    && !context.contains("MaximumPacketSize");
        }
    }

    private static List<Vector> forbidden(String version) throws IOException {
        TreeSet<String> forEngine = new TreeSet<>();
        for (String line : Files.readAllLines(VECTORS.resolve("vectors-for-the-engine.tsv"))) {
            forEngine.add(line.split("\t", -1)[0]);
        }
        return Files.readAllLines(VECTORS.resolve("vectors.tsv")).stream()
                .skip(1)
                .map(Vector::of)
                .filter(vector -> vector.version().equals(version) && vector.isForbidden())
                .filter(vector -> !forEngine.contains(vector.name()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void whatAServerMustNotSendEndsTheConnection(ProtocolVersion version) throws Exception {
        List<Vector> vectors = forbidden(version == ProtocolVersion.MQTT_5 ? "5" : "311");
        assertTrue(vectors.size() > 50, vectors.size() + " vectors");
        List<String> wrong = new ArrayList<>();
        ScriptedPeer peer = peer(version);
        for (Vector vector : vectors) {
            try {
                check(vector, peer, version);
            } catch (AssertionError e) {
                wrong.add(vector.name() + ": " + e.getMessage());
            }
        }
        assertEquals(List.of(), wrong);
    }

    private void check(Vector vector, ScriptedPeer peer, ProtocolVersion version) throws Exception {
        try (MqttClient client = builder(peer, version)
                .topicAliases(0, vector.topicAliasMaximum())
                .reconnect(ReconnectPolicy.NEVER)
                .build()) {
            CompletableFuture<?> connected = client.connect();
            boolean answersConnect = vector.name().startsWith("connack");
            ScriptedPeer.Connection connection = answersConnect ? peer.next() : peer.accept(false);
            if (answersConnect) {
                connection.expect(Connect.class);
            } else {
                get(connected);
            }
            connection.sendHex(vector.hex());
            List<ControlPacket> packets = connection.untilEnd();
            assertEquals(vector.answer(version, answersConnect), packets);
            connection.close();
        }
    }
}
