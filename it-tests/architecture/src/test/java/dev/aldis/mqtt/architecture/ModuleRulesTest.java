package dev.aldis.mqtt.architecture;

import dev.aldis.mqtt.architecture.broken.api.LogsWithAnotherModule;
import dev.aldis.mqtt.architecture.broken.persistence.chronicle.KnowsTheOtherStore;
import dev.aldis.mqtt.architecture.broken.persistence.h2.KnowsTheProtocol;
import dev.aldis.mqtt.architecture.broken.protocol.client.KnowsATransport;
import dev.aldis.mqtt.architecture.broken.spi.persistence.KnowsTheTransportInterfaces;
import dev.aldis.mqtt.architecture.broken.spi.transport.KnowsThePersistenceInterfaces;
import dev.aldis.mqtt.architecture.broken.transport.netty.KnowsAStore;
import dev.aldis.mqtt.architecture.broken.transport.websocket.KnowsTheCodec;
import org.junit.jupiter.api.Test;

class ModuleRulesTest {

    @Test
    void theApiDependsOnJavaBaseAndJspecifyOnly() {
        ModuleRules.THE_API_DEPENDS_ON_JAVA_BASE_AND_JSPECIFY_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_API_DEPENDS_ON_JAVA_BASE_AND_JSPECIFY_ONLY, LogsWithAnotherModule.class);
    }

    @Test
    void theProtocolDependsOnTheApiOnly() {
        ModuleRules.THE_PROTOCOL_DEPENDS_ON_THE_API_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_PROTOCOL_DEPENDS_ON_THE_API_ONLY, KnowsATransport.class);
    }

    @Test
    void theNettyTransportDependsOnTheApiAndNettyOnly() {
        ModuleRules.THE_NETTY_TRANSPORT_DEPENDS_ON_THE_API_AND_NETTY_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_NETTY_TRANSPORT_DEPENDS_ON_THE_API_AND_NETTY_ONLY, KnowsAStore.class);
    }

    @Test
    void theWebSocketTransportDependsOnTheApiAndTheNettyTransportOnly() {
        ModuleRules.THE_WEBSOCKET_TRANSPORT_DEPENDS_ON_THE_API_AND_THE_NETTY_TRANSPORT_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(
                ModuleRules.THE_WEBSOCKET_TRANSPORT_DEPENDS_ON_THE_API_AND_THE_NETTY_TRANSPORT_ONLY,
                KnowsTheCodec.class);
    }

    @Test
    void theH2StoreDependsOnTheApiAndH2Only() {
        ModuleRules.THE_H2_STORE_DEPENDS_ON_THE_API_AND_H2_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_H2_STORE_DEPENDS_ON_THE_API_AND_H2_ONLY, KnowsTheProtocol.class);
    }

    @Test
    void theChronicleStoreDependsOnTheApiAndChronicleOnly() {
        ModuleRules.THE_CHRONICLE_STORE_DEPENDS_ON_THE_API_AND_CHRONICLE_ONLY.check(Library.CLASSES);
        Teeth.assertBreaks(
                ModuleRules.THE_CHRONICLE_STORE_DEPENDS_ON_THE_API_AND_CHRONICLE_ONLY, KnowsTheOtherStore.class);
    }

    @Test
    void theInterfacesForTransportsDoNotKnowThoseForStores() {
        ModuleRules.THE_TRANSPORT_INTERFACES_KNOW_NO_OTHERS.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_TRANSPORT_INTERFACES_KNOW_NO_OTHERS, KnowsThePersistenceInterfaces.class);
    }

    @Test
    void theInterfacesForStoresDoNotKnowThoseForTransports() {
        ModuleRules.THE_STORE_INTERFACES_KNOW_NO_OTHERS.check(Library.CLASSES);
        Teeth.assertBreaks(ModuleRules.THE_STORE_INTERFACES_KNOW_NO_OTHERS, KnowsTheTransportInterfaces.class);
    }
}
