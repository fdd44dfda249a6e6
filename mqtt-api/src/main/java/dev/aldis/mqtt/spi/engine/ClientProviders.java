package dev.aldis.mqtt.spi.engine;

import dev.aldis.mqtt.api.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the one {@link ClientProvider}. */
public final class ClientProviders {

    private ClientProviders() {}

    /**
     * The provider on the module path or class path.
     *
     * @return the provider
     * @throws ProviderException if there is none, or more than one
     */
    public static ClientProvider single() {
        List<ClientProvider> found = new ArrayList<>();
        ServiceLoader.load(ClientProvider.class, ClientProvider.class.getClassLoader())
                .forEach(found::add);
        if (found.size() != 1) {
            List<String> names = found.stream()
                    .map(provider -> provider.getClass().getName())
                    .toList();
            throw new ProviderException(
                    "Expected one client implementation and found " + names.size() + " " + names
                            + ": have the artifact dev.aldis.mqtt:mqtt-protocol exactly once on the path",
                    (Throwable) null);
        }
        return found.get(0);
    }
}
