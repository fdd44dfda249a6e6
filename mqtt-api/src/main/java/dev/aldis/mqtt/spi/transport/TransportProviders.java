package dev.aldis.mqtt.spi.transport;

import dev.aldis.mqtt.api.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the {@link TransportProvider} of a scheme. */
public final class TransportProviders {

    private TransportProviders() {}

    /**
     * The provider of a scheme on the module path or class path.
     *
     * @param scheme of a server URI
     * @return the provider
     * @throws ProviderException if no provider, or more than one, serves the scheme
     */
    public static TransportProvider forScheme(String scheme) {
        String wanted = scheme.toLowerCase(Locale.ROOT);
        TreeSet<String> known = new TreeSet<>();
        List<TransportProvider> found = new ArrayList<>();
        for (TransportProvider provider :
                ServiceLoader.load(TransportProvider.class, TransportProvider.class.getClassLoader())) {
            known.addAll(provider.schemes());
            if (provider.schemes().contains(wanted)) {
                found.add(provider);
            }
        }
        if (found.isEmpty()) {
            throw new ProviderException(
                    "No transport for the scheme '" + wanted + "'; the schemes found are " + known + ": "
                            + artifactFor(wanted),
                    (Throwable) null);
        }
        if (found.size() > 1) {
            List<String> names = found.stream()
                    .map(provider -> provider.getClass().getName())
                    .toList();
            throw new ProviderException(
                    "The scheme '" + wanted + "' is served by several transports " + names
                            + ": keep one of them on the path",
                    (Throwable) null);
        }
        return found.get(0);
    }

    private static String artifactFor(String scheme) {
        return switch (scheme) {
            case "mqtt", "mqtts", "mqtt+unix" -> "add the artifact dev.aldis.mqtt:mqtt-transport-netty";
            case "ws", "wss" -> "add the artifact dev.aldis.mqtt:mqtt-transport-websocket";
            default -> "correct the scheme, or add the artifact that serves it";
        };
    }
}
