package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreRequestTest {

    private static final Set<String> KNOWN = Set.of("cipher", "password");

    private static StoreRequest request(String location) {
        return new StoreRequest(StoreRequest.location(location), "client", Durability.PROCESS, damage -> {});
    }

    @Test
    void thePathIsWhatFollowsTheSchemeWithoutParameters() {
        assertEquals(Path.of("./data"), request("h2:./data").path());
        assertEquals(Path.of("data"), request("h2:data?cipher=AES").path());
        assertEquals(
                Path.of("/var/lib/app"), request("h2:/var/lib/app?cipher=AES").path());
        assertEquals(Path.of("/var/lib/app"), request("h2:///var/lib/app").path());
        assertEquals(Path.of("./a b?c"), request("h2:./a%20b%3Fc").path());
        assertThrows(
                IllegalArgumentException.class,
                () -> request("h2://?cipher=AES").path());
    }

    @Test
    void parametersAreReadByTheirNames() {
        assertEquals(Map.of(), request("h2:./data").parameters(KNOWN));
        assertEquals(
                Map.of("cipher", "AES", "password", "file:/a b&c=d"),
                request("h2:./data?cipher=AES&password=file:/a%20b%26c=d").parameters(KNOWN));
    }

    @Test
    void aParameterThatIsNotKnownOrHasNoValueOrTwoIsRefused() {
        for (String parameters : List.of("", "pass=geheim", "cipher", "cipher=geheim&cipher=geheim", "cipher=A&")) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> request("h2:./data?" + parameters).parameters(KNOWN),
                    parameters);
            assertFalse(refused.getMessage().contains("geheim"), refused::getMessage);
        }
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> request("h2:./data?chipher=AES").parameters(KNOWN));
        assertTrue(refused.getMessage().contains("'chipher'"), refused::getMessage);
        assertTrue(refused.getMessage().contains("[cipher, password]"), refused::getMessage);
    }
}
