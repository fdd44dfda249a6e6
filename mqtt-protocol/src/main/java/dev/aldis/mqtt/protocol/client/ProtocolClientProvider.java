package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.engine.AttemptSettings;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.EngineSettings;
import dev.aldis.mqtt.protocol.engine.PacketSizes;
import dev.aldis.mqtt.protocol.engine.Receipts;
import dev.aldis.mqtt.protocol.engine.RecordDescription;
import dev.aldis.mqtt.spi.engine.ClientProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes clients; found by {@link java.util.ServiceLoader}. */
public final class ProtocolClientProvider implements ClientProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ProtocolClientProvider() {}

    @Override
    public MqttClient create(ClientConfiguration configuration) {
        List<String> damages = new ArrayList<>();
        return create(configuration, new ClientResources(configuration, damages::add), damages);
    }

    @Override
    public StoredEntry describe(StoredRecord record, StoreReader store) {
        return RecordDescription.of(record, store);
    }

    /** Makes a client that owns the resources, which are released if that fails. */
    static ProtocolClient create(ClientConfiguration configuration, ClientResources resources, List<String> damages) {
        try {
            Map<ProtocolVersion, PacketEncoder> encoders = new EnumMap<>(ProtocolVersion.class);
            PacketSizes sizes = (packet, version) ->
                    encoders.computeIfAbsent(version, PacketEncoder::new).sizeBytes(packet);
            Engine engine = new Engine(settings(configuration, resources.store() != null), sizes);
            damages.addAll(restore(engine, resources.store(), !damages.isEmpty()));
            ProtocolClient client = new ProtocolClient(configuration, engine, resources);
            client.begin(damages.stream()
                    .map(description -> (ClientEvent) new ClientEvent.StoreDamaged(description))
                    .toList());
            return client;
        } catch (RuntimeException | Error e) {
            resources.release();
            throw e;
        }
    }

    private static List<String> restore(Engine engine, @Nullable SessionStore store, boolean storeDamaged) {
        return store == null ? List.of() : engine.restore(store::scan, storeDamaged);
    }

    private static EngineSettings settings(ClientConfiguration configuration, boolean journal) {
        AttemptSettings attempts = new AttemptSettings(
                configuration.reconnectPolicy(),
                configuration.servers().size(),
                configuration.protocolVersions(),
                configuration.maximumRedirects(),
                configuration.connectOptionsSupplier().isPresent());
        return new EngineSettings(
                ConnectPackets.of(
                        configuration, ConnectPackets.configured(configuration), configuration.protocolVersion(), null),
                configuration.limits(),
                configuration.connectTimeout(),
                attempts,
                configuration.lostSessionPolicy(),
                configuration.receiptsWait() ? Receipts.WHEN_DECIDED : Receipts.WHEN_STORED,
                configuration.queuePolicy(),
                journal,
                new SecureRandom().nextLong());
    }
}
