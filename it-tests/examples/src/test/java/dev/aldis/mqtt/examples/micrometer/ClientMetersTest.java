package dev.aldis.mqtt.examples.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.support.ArtemisBroker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClientMetersTest {

    @Test
    void aRegistryShowsTheStatisticsOfTheClient() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (ArtemisBroker broker = ArtemisBroker.startInMemory();
                MqttClient client = MqttClient.builder()
                        .server(broker.uri())
                        .clientIdentifier("measured")
                        .build()) {
            new ClientMeters(client, "measured").bindTo(registry);
            client.connect().get(60, TimeUnit.SECONDS);
            for (int i = 0; i < 3; i++) {
                client.publish("t", QoS.AT_LEAST_ONCE, "payload").get(60, TimeUnit.SECONDS);
            }
            ClientStatistics now = client.statistics();
            assertEquals(1, counted(registry, "mqtt.connections.accepted"));
            assertEquals(3, counted(registry, "mqtt.publications.completed"));
            assertEquals(3, counted(registry, "mqtt.sent.messages"));
            assertEquals(now.sent().bytes(), counted(registry, "mqtt.sent.bytes"));
            assertEquals(now.received().packets(), counted(registry, "mqtt.received.packets"));
            String latency = "mqtt.acknowledgement.latency";
            assertEquals(3, registry.get(latency).functionTimer().count());
            assertEquals(
                    (double) now.acknowledgementLatency().total().toNanos(),
                    registry.get(latency).functionTimer().totalTime(TimeUnit.NANOSECONDS),
                    1);
            assertTrue(registry.get(latency + ".percentile")
                            .tag("phi", "0.99")
                            .timeGauge()
                            .value(TimeUnit.NANOSECONDS)
                    > 0);
        }
        assertTrue(registry.getMeters().stream()
                .map(Meter::getId)
                .allMatch(meter -> "measured".equals(meter.getTag("client"))));
    }

    /** A number that the snapshot gets one day is not forgotten here. */
    @Test
    void eachNumberOfTheSnapshotHasAMeter() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (MqttClient client = MqttClient.builder()
                .server("mqtt://localhost")
                .clientIdentifier("c")
                .build()) {
            new ClientMeters(client, "c").bindTo(registry);
        }
        long numbers = Stream.of(ClientStatistics.class.getRecordComponents())
                .map(RecordComponent::getType)
                .filter(Class::isRecord)
                .mapToLong(part -> part.getRecordComponents().length)
                .sum();
        List<Meter> ofLatency = registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().contains("latency"))
                .toList();
        assertEquals(3, ofLatency.size());
        assertEquals(numbers, registry.getMeters().size() - ofLatency.size());
    }

    private static long counted(MeterRegistry registry, String name) {
        return (long) registry.get(name).functionCounter().count();
    }
}
