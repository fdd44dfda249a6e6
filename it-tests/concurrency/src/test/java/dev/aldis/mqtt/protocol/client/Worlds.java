package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientListener;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.spi.engine.ClientProvider;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the parts of a client need to live between a few threads and nothing else. */
final class Worlds {

    private Worlds() {}

    static ClientConfiguration listening(ClientListener listener) {
        return configuration(builder().listener(listener));
    }

    static MqttClientBuilder builder() {
        return MqttClient.builder().server("nowhere://server").clientIdentifier("client");
    }

    static ClientConfiguration configuration(MqttClientBuilder builder) {
        List<ClientConfiguration> made = new ArrayList<>();
        builder.build(new ClientProvider() {
            @Override
            public MqttClient create(ClientConfiguration configuration) {
                made.add(configuration);
                return null;
            }

            @Override
            public StoredEntry describe(StoredRecord record, StoreReader store) {
                throw new AssertionError("Nobody looks into a store");
            }
        });
        return made.get(0);
    }

    static ClientStatus status() {
        return new ClientStatus(new Completions(new StillLoop(), null), Map.of());
    }

    /** A client whose loop stands still. */
    static ProtocolClient client(ClientConfiguration configuration) {
        List<String> damages = new ArrayList<>();
        return ProtocolClientProvider.create(
                configuration, new ClientResources(configuration, damages::add, scheme -> new Nowhere()), damages);
    }

    private record Nowhere() implements TransportProvider {

        @Override
        public Set<String> schemes() {
            return Set.of("nowhere");
        }

        @Override
        public EventLoop acquireEventLoop() {
            return new StillLoop();
        }

        @Override
        public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
            return () -> {};
        }
    }
}
