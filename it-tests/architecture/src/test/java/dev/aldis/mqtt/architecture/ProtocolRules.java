package dev.aldis.mqtt.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;

/** Inside the protocol module knowledge goes one way: the client knows all, the packets know nothing. */
final class ProtocolRules {

    static final ArchRule PACKETS_KNOW_NEITHER_CODEC_NOR_ENGINE_NOR_CLIENT =
            doNotKnow("protocol.packet", "protocol.codec", "protocol.engine", "protocol.client");

    static final ArchRule THE_CODEC_KNOWS_NEITHER_ENGINE_NOR_CLIENT =
            doNotKnow("protocol.codec", "protocol.engine", "protocol.client");

    static final ArchRule THE_ENGINE_KNOWS_NEITHER_CODEC_NOR_CLIENT =
            doNotKnow("protocol.engine", "protocol.codec", "protocol.client");

    private ProtocolRules() {}

    private static ArchRule doNotKnow(String lower, String... upper) {
        return noClasses()
                .that()
                .resideInAnyPackage(Library.in(lower))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Library.in(upper))
                .because("each of the lower layers is tested without those above it");
    }
}
