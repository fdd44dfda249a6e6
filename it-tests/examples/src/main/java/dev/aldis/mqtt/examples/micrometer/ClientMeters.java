package dev.aldis.mqtt.examples.micrometer;

import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.ClientStatistics.Traffic;
import dev.aldis.mqtt.api.MqttClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Shows the statistics of a client as meters, from a snapshot at each reading: the client does nothing more for them. The
 * registry does not keep the client alive.
 */
public final class ClientMeters implements MeterBinder {

    private final MqttClient client;
    private final List<Tag> tags;

    /**
     * Meters that tell one client from the others of the process by its name.
     *
     * @param client the client, in use by the application
     * @param name becomes the tag {@code client}
     */
    public ClientMeters(MqttClient client, String name) {
        this.client = client;
        this.tags = List.of(Tag.of("client", name));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "mqtt.connections.attempts", now -> now.connections().attempts());
        counter(registry, "mqtt.connections.accepted", now -> now.connections().accepted());
        counter(
                registry,
                "mqtt.connections.reconnects",
                now -> now.connections().reconnects());
        counter(registry, "mqtt.connections.lost", now -> now.connections().lost());
        traffic(registry, "mqtt.sent", ClientStatistics::sent);
        traffic(registry, "mqtt.received", ClientStatistics::received);
        counter(
                registry,
                "mqtt.publications.completed",
                now -> now.publications().completed());
        counter(
                registry,
                "mqtt.publications.rejected",
                now -> now.publications().rejected());
        counter(registry, "mqtt.publications.failed", now -> now.publications().failed());
        gauge(registry, "mqtt.queued.messages", now -> now.publications().queuedMessages());
        gauge(registry, "mqtt.queued.bytes", now -> now.publications().queuedBytes());
        gauge(registry, "mqtt.in.flight", now -> now.publications().inFlight());
        counter(registry, "mqtt.deliveries.handed.over", now -> now.deliveries().handedOver());
        counter(registry, "mqtt.deliveries.handled", now -> now.deliveries().handled());
        gauge(registry, "mqtt.deliveries.waiting", now -> now.deliveries().waiting());
        latency(registry);
    }

    private void counter(MeterRegistry registry, String name, ToDoubleFunction<ClientStatistics> value) {
        FunctionCounter.builder(name, client, its -> value.applyAsDouble(its.statistics()))
                .tags(tags)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<ClientStatistics> value) {
        Gauge.builder(name, client, its -> value.applyAsDouble(its.statistics()))
                .tags(tags)
                .register(registry);
    }

    private void traffic(MeterRegistry registry, String name, Direction direction) {
        counter(registry, name + ".packets", now -> direction.of(now).packets());
        counter(registry, name + ".bytes", now -> direction.of(now).bytes());
        counter(registry, name + ".messages", now -> direction.of(now).messages());
    }

    private void latency(MeterRegistry registry) {
        String name = "mqtt.acknowledgement.latency";
        FunctionTimer.builder(
                        name,
                        client,
                        its -> its.statistics().acknowledgementLatency().count(),
                        its -> its.statistics().acknowledgementLatency().total().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .register(registry);
        for (double part : new double[] {0.5, 0.99}) {
            TimeGauge.builder(
                            name + ".percentile",
                            client,
                            TimeUnit.NANOSECONDS,
                            its -> its.statistics()
                                    .acknowledgementLatency()
                                    .percentile(part)
                                    .toNanos())
                    .tags(tags)
                    .tag("phi", String.valueOf(part))
                    .register(registry);
        }
    }

    private interface Direction {
        Traffic of(ClientStatistics statistics);
    }
}
