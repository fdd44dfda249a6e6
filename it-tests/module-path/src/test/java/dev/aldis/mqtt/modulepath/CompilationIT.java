package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application needs the JAR file of the API to compile, and no other. */
@Timeout(300)
class CompilationIT {

    @TempDir
    Path folder;

    @Test
    void anApplicationCompilesAgainstTheApiAlone() throws Exception {
        Path descriptor =
                Files.writeString(folder.resolve("module-info.java"), "module app { requires dev.aldis.mqtt.api; }");
        Path source = Files.writeString(folder.resolve("App.java"), """
                package app;

                import dev.aldis.mqtt.api.MqttClient;
                import dev.aldis.mqtt.api.Publication;
                import dev.aldis.mqtt.api.QoS;

                class App {
                    Publication greet() {
                        MqttClient client = MqttClient.builder().server("mqtt://localhost").build();
                        return client.publish("greeting", QoS.AT_LEAST_ONCE, "hello");
                    }
                }
                """);
        Path classes = folder.resolve("classes");
        ForkedProcess.run(List.of(
                ForkedProcess.tool("javac"),
                "-Xlint:all",
                "-Werror",
                "--module-path",
                jarOfTheApi().toString(),
                "-d",
                classes.toString(),
                descriptor.toString(),
                source.toString()));
        assertTrue(Files.exists(classes.resolve("app").resolve("App.class")));
    }

    private static Path jarOfTheApi() throws Exception {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("modules.directory")))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("mqtt-api-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
