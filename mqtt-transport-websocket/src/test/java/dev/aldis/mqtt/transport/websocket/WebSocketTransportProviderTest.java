package dev.aldis.mqtt.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportProviders;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTransportProviderTest {

    @Test
    void descriptorAndServiceFileNameTheSameProviders() throws Exception {
        Module module = WebSocketTransportProvider.class.getModule();
        assertEquals("dev.aldis.mqtt.transport.websocket", module.getName());
        Set<String> provided = module.getDescriptor().provides().stream()
                .filter(provides -> provides.service().equals(TransportProvider.class.getName()))
                .flatMap(provides -> provides.providers().stream())
                .collect(Collectors.toSet());
        assertEquals(Set.of(WebSocketTransportProvider.class.getName()), provided);
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + TransportProvider.class.getName())) {
            assertNotNull(file);
            Set<String> listed = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toSet());
            assertEquals(provided, listed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void theProviderIsFoundByItsSchemes(String scheme) {
        assertInstanceOf(WebSocketTransportProvider.class, TransportProviders.forScheme(scheme));
    }
}
