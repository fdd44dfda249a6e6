package dev.aldis.mqtt.examples.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.examples.scram.ScramSha256;
import dev.aldis.mqtt.support.ArtemisBroker;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EveryOptionTest {

    @Test
    void aClientWithEveryOptionWorks(@TempDir Path folder) {
        try (ArtemisBroker broker = ArtemisBroker.startInMemory()) {
            assertEquals("all of them", EveryOption.run(broker.uri(), folder.resolve("store")));
        }
    }

    @Test
    void theOtherOptionsMakeAClientToo() {
        MqttClientBuilder builder =
                MqttClient.builder().server("mqtt://localhost").clientIdentifier("c");
        EveryOption.others(new ScramSha256("me", "secret", Runnable::run))
                .apply(builder)
                .build()
                .close();
    }

    @Test
    void theExampleUsesEveryOptionOfTheBuilder() throws IOException {
        String source = Files.readString(
                Example.folder().resolve("src/main/java/dev/aldis/mqtt/examples/options/EveryOption.java"));
        List<String> missing = Arrays.stream(MqttClientBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == MqttClientBuilder.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(method -> method.getName())
                .distinct()
                .filter(name -> !source.contains("." + name + "("))
                .sorted()
                .toList();
        assertEquals(List.of(), missing, "Add these options to the example");
    }
}
