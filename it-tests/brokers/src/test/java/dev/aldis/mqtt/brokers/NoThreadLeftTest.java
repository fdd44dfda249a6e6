package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NoThreadLeftTest {

    /** Each thread of the library has such a name. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("aldis-mqtt"))
                .sorted()
                .toList();
    }

    @Test
    @Timeout(120)
    void afterTheLastCloseNoThreadIsLeft(@TempDir Path folder) throws Exception {
        try (Broker broker = ArtemisBroker.startIn(folder)) {
            try (MqttClient first = client(broker, folder.resolve("first"));
                    MqttClient second = client(broker, folder.resolve("second"))) {
                for (MqttClient client : List.of(first, second)) {
                    Clients.get(client.connect());
                    Clients.get(client.subscribe("t", QoS.AT_LEAST_ONCE, message -> {}));
                    Clients.get(client.publish("t", QoS.EXACTLY_ONCE, "x"));
                }
                assertFalse(threads().isEmpty());
            }
            // A thread that has been told to end needs a moment for it.
            while (!threads().isEmpty() && !Thread.interrupted()) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(), threads());
        }
    }

    private static MqttClient client(Broker broker, Path store) {
        return Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .persistence("h2:" + store)
                .build();
    }
}
