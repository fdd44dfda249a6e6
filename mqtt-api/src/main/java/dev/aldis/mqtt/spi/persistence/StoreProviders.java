package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the {@link StoreProvider} of a scheme. */
public final class StoreProviders {

    private StoreProviders() {}

    /**
     * The provider of a scheme on the module path or class path.
     *
     * @param scheme of a persistence URI
     * @return the provider
     * @throws ProviderException if no provider, or more than one, serves the scheme
     */
    public static StoreProvider forScheme(String scheme) {
        String wanted = scheme.toLowerCase(Locale.ROOT);
        TreeSet<String> known = new TreeSet<>();
        List<StoreProvider> found = new ArrayList<>();
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class, StoreProvider.class.getClassLoader())) {
            known.add(provider.scheme());
            if (provider.scheme().equals(wanted)) {
                found.add(provider);
            }
        }
        if (found.isEmpty()) {
            throw new ProviderException(
                    "No store for the scheme '" + wanted + "'; the schemes found are " + known + ": "
                            + artifactFor(wanted),
                    (Throwable) null);
        }
        if (found.size() > 1) {
            List<String> names = found.stream()
                    .map(provider -> provider.getClass().getName())
                    .toList();
            throw new ProviderException(
                    "The scheme '" + wanted + "' is served by several stores " + names
                            + ": keep one of them on the path",
                    (Throwable) null);
        }
        return found.get(0);
    }

    private static String artifactFor(String scheme) {
        return switch (scheme) {
            case "memory" -> "add the artifact dev.aldis.mqtt:mqtt-protocol";
            case "h2" -> "add the artifact dev.aldis.mqtt:mqtt-persistence-h2";
            case "chronicle" -> "add the artifact dev.aldis.mqtt:mqtt-persistence-chronicle";
            default -> "correct the scheme, or add the artifact that serves it";
        };
    }
}
