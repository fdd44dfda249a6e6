package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import java.util.List;

/** Which decoder an input asks for. */
final class DecoderChoice {

    private static final List<ProtocolVersion> VERSIONS =
            List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_3_1);

    private DecoderChoice() {}

    /**
     * The options of one byte: bits 0 and 1 the version, 2 whether it is a server, 3 whether a server has yet to read
     * CONNECT, 4 a small Maximum Packet Size, 5 a Topic Alias Maximum of 2 instead of 20, 6 Request Problem Information.
     */
    static DecoderOptions of(int choice) {
        ProtocolVersion version = VERSIONS.get((choice & 3) % VERSIONS.size());
        DecoderOptions options = (choice & 4) == 0
                ? DecoderOptions.client(version)
                : (choice & 8) == 0
                        ? DecoderOptions.server()
                        : DecoderOptions.server().withVersion(version);
        return options.withMaximumPacketSizeBytes((choice & 16) == 0 ? options.maximumPacketSizeBytes() : 40)
                .withTopicAliasMaximum((choice & 32) == 0 ? 20 : 2)
                .withRequestProblemInformation((choice & 64) == 0);
    }
}
