package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.ProviderException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        assertThrows(
                IllegalArgumentException.class, () -> request("h2:?cipher=AES").path());
    }

    @Test
    void parametersAreReadByTheirNames() {
        assertEquals(Map.of(), request("h2:./data").parameters(KNOWN));
        assertEquals(
                Map.of("cipher", "AES", "password", "file:/a b&c=d"),
                request("h2:./data?cipher=AES&password=file:/a%20b%26c=d").parameters(KNOWN));
        assertEquals(Map.of("cipher", "AES"), request("h2:?cipher=AES").parameters(KNOWN));
    }

    @Test
    void aParameterThatIsNotKnownOrHasNoValueOrTwoIsRefused() {
        for (String parameters :
                List.of("", "pass=geheim", "cipher", "cipher=geheim&cipher=geheim", "cipher=A&", "=geheim")) {
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

    private static String fileName(String clientIdentifier) {
        return new StoreRequest(StoreRequest.location("h2:./data"), clientIdentifier, Durability.PROCESS, damage -> {})
                .fileName();
    }

    /** The files of earlier versions are found by these names. */
    @Test
    void aFileNameSaysTheClientIdentifierToAnyFileSystem() {
        assertEquals("%", fileName(""));
        assertEquals("az-09_", fileName("az-09_"));
        assertEquals("^a^z", fileName("AZ"));
        assertEquals("a%2fb%5cc%3a%20", fileName("a/b\\c: "));
        assertEquals("%60%7b%40%5b%3a", fileName("`{@[:"), "beside the letters and digits");
        assertEquals("%c3%a9", fileName("\u00e9"));
        assertEquals("%63on", fileName("con"));
        assertEquals("%63om1", fileName("com1"));
        assertEquals("console", fileName("console"));
        assertEquals("^con", fileName("Con"));
    }

    @Test
    void aLongFileNameIsCutAndStillOfOneClientOnly() {
        String longest = "x".repeat(128);
        assertEquals(longest, fileName(longest));
        String cut = fileName(longest + "y");
        assertEquals("x".repeat(60) + "~", cut.substring(0, 61));
        assertEquals(61 + 64, cut.length());
        assertNotEquals(cut, fileName(longest + "z"));
    }

    @Test
    void aSchemeAloneIsALocationAndNoSchemeIsNone() {
        assertEquals(URI.create("memory:/"), StoreRequest.location("memory:"));
        assertEquals(URI.create("h2:./data"), StoreRequest.location("h2:./data"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> StoreRequest.location("./data"));
        assertTrue(refused.getMessage().contains("'./data' has no scheme"), refused::getMessage);
    }

    @Test
    void aSchemeThatNobodyServesIsAnErrorWithTheArtifactToAdd() {
        for (String scheme : List.of("memory", "H2", "chronicle", "other")) {
            ProviderException refused = assertThrows(ProviderException.class, () -> StoreProviders.forScheme(scheme));
            String cure = switch (scheme) {
                case "memory" -> "mqtt-protocol";
                case "H2" -> "mqtt-persistence-h2";
                case "chronicle" -> "mqtt-persistence-chronicle";
                default -> "correct the scheme";
            };
            assertTrue(refused.getMessage().contains(cure), refused::getMessage);
            assertTrue(refused.getMessage().contains("'" + scheme.toLowerCase(Locale.ROOT) + "'"), refused::getMessage);
        }
    }

    @Test
    void otherLabelsChangeNothingElse() {
        StoreRequest request = request("h2:./data");
        assertEquals(Optional.empty(), request.labels().of(1, ByteBuffer.allocate(0)));
        RecordLabels labels = (kind, content) -> Optional.empty();
        StoreRequest other = request.withLabels(labels);
        assertSame(labels, other.labels());
        assertEquals(request, other.withLabels(request.labels()));
    }
}
