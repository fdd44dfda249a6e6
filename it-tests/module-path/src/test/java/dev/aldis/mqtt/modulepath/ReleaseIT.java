package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody else's project gets from a release: what its artifacts stand on, and nothing that only our tests need. */
@Timeout(300)
class ReleaseIT {

    private static final String CLIENT = "mqtt-api mqtt-protocol";

    private static final String NETTY = " mqtt-transport-netty netty-buffer netty-codec-base netty-codec-compression"
            + " netty-codec-http netty-codec-socks netty-common netty-handler netty-handler-proxy netty-resolver"
            + " netty-transport netty-transport-classes-epoll netty-transport-native-unix-common";

    private static final String WEBSOCKET = NETTY + " mqtt-transport-websocket";
    private static final String H2 = " mqtt-persistence-h2 h2";

    private static final String CHRONICLE = " mqtt-persistence-chronicle affinity chronicle-bytes chronicle-core"
            + " chronicle-queue chronicle-threads chronicle-wire posix slf4j-api";

    @ParameterizedTest
    @CsvSource({
        "'', " + CLIENT,
        Artifacts.NETTY + ", " + CLIENT + NETTY,
        Artifacts.NETTY + " " + Artifacts.H2 + ", " + CLIENT + NETTY + H2,
        Artifacts.NETTY + " " + Artifacts.CHRONICLE + ", " + CLIENT + NETTY + CHRONICLE,
        Artifacts.WEBSOCKET + ", " + CLIENT + WEBSOCKET,
        Artifacts.WEBSOCKET + " " + Artifacts.H2 + ", " + CLIENT + WEBSOCKET + H2,
        Artifacts.WEBSOCKET + " " + Artifacts.CHRONICLE + ", " + CLIENT + WEBSOCKET + CHRONICLE
    })
    void aProjectThatImportsTheVersionsGetsExactlyWhatItNamesStandsOn(String named, String expected) throws Exception {
        List<String> artifacts = named.isEmpty() ? List.of() : List.of(named.split(" ", -1));
        assertEquals(sorted(expected), jars(ConsumerProjects.nameOf(artifacts)));
    }

    @Test
    void aProjectThatImportsNothingGetsTheSame() throws Exception {
        String chronicle = System.getProperty("aldis.central") == null ? "" : CHRONICLE;
        assertEquals(sorted(CLIENT + WEBSOCKET + H2 + chronicle), jars(ConsumerProjects.WITHOUT_IMPORT));
    }

    @Test
    void theParentManagesNothingThatOnlyOurTestsNeed() throws Exception {
        String managed = "mqtt-api mqtt-protocol mqtt-transport-netty mqtt-transport-websocket mqtt-persistence-h2"
                + " mqtt-persistence-chronicle netty-bom jspecify h2 affinity chronicle-bytes chronicle-core"
                + " chronicle-queue chronicle-threads chronicle-wire posix slf4j-api";
        assertEquals(
                sorted(managed), Release.managedByTheParent().stream().sorted().toList());
    }

    private static List<String> sorted(String names) {
        return Stream.of(names.split(" ", -1)).sorted().toList();
    }

    /** The JAR files without their versions. */
    private static List<String> jars(String project) throws Exception {
        return ConsumerProjects.jars(project).stream()
                .map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", ""))
                .sorted()
                .toList();
    }
}
