package dev.aldis.mqtt.architecture;

import dev.aldis.mqtt.architecture.broken.protocol.codec.KnowsTheClient;
import dev.aldis.mqtt.architecture.broken.protocol.codec.KnowsTheEngine;
import dev.aldis.mqtt.architecture.broken.protocol.engine.KnowsTheCodec;
import dev.aldis.mqtt.architecture.broken.protocol.packet.KnowsItsCodec;
import org.junit.jupiter.api.Test;

class ProtocolRulesTest {

    @Test
    void packetsKnowNeitherCodecNorEngineNorClient() {
        ProtocolRules.PACKETS_KNOW_NEITHER_CODEC_NOR_ENGINE_NOR_CLIENT.check(Library.CLASSES);
        Teeth.assertBreaks(ProtocolRules.PACKETS_KNOW_NEITHER_CODEC_NOR_ENGINE_NOR_CLIENT, KnowsItsCodec.class);
    }

    @Test
    void theCodecKnowsNeitherEngineNorClient() {
        ProtocolRules.THE_CODEC_KNOWS_NEITHER_ENGINE_NOR_CLIENT.check(Library.CLASSES);
        Teeth.assertBreaks(ProtocolRules.THE_CODEC_KNOWS_NEITHER_ENGINE_NOR_CLIENT, KnowsTheEngine.class);
        Teeth.assertBreaks(ProtocolRules.THE_CODEC_KNOWS_NEITHER_ENGINE_NOR_CLIENT, KnowsTheClient.class);
    }

    @Test
    void theEngineKnowsNeitherCodecNorClient() {
        ProtocolRules.THE_ENGINE_KNOWS_NEITHER_CODEC_NOR_CLIENT.check(Library.CLASSES);
        Teeth.assertBreaks(ProtocolRules.THE_ENGINE_KNOWS_NEITHER_CODEC_NOR_CLIENT, KnowsTheCodec.class);
    }
}
