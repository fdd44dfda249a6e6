package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events of Java Flight Recorder on the module path, where the module {@code jdk.jfr} has to be asked for. */
@Timeout(300)
class FlightRecorderIT {

    private static final String APPLICATION = "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Application";

    @TempDir
    Path folder;

    @Test
    void withItsModuleTheEventsAreRecorded() throws Exception {
        Path file = folder.resolve("recording.jfr");
        List<String> output = run("--add-modules=jdk.jfr", "-XX:StartFlightRecording=filename=" + file);
        assertTrue(output.contains("flight recorder true"), output::toString);
        List<String> events = ForkedProcess.run(
                List.of(ForkedProcess.tool("jfr"), "print", "--events", "dev.aldis.mqtt.*", file.toString()));
        assertTrue(events.contains("dev.aldis.mqtt.Connect {"), events::toString);
        assertTrue(events.contains("  result = \"connected\""), events::toString);
        assertFalse(events.contains("dev.aldis.mqtt.Publish {"), "that one is off by default");
    }

    @Test
    void withoutItsModuleTheClientWorksAndRecordsNothing() throws Exception {
        // Otherwise other modules of the JDK may bring it along.
        List<String> output = run("--limit-modules=dev.aldis.mqtt.modulepath,dev.aldis.mqtt.protocol,"
                + "dev.aldis.mqtt.transport.netty,io.netty.resolver,io.netty.codec.http,io.netty.codec.socks");
        assertTrue(output.contains("published SUCCESS"), output::toString);
        assertTrue(output.contains("flight recorder false"), output::toString);
    }

    private List<String> run(String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(ForkedProcess.tool("java")));
        command.addAll(List.of(flags));
        command.addAll(List.of("--module-path", Artifacts.path(Artifacts.NETTY), "--module", APPLICATION));
        try (LoopbackServer server = new LoopbackServer()) {
            command.addAll(List.of(server.uri(), "memory:recorded"));
            return ForkedProcess.run(command);
        }
    }
}
