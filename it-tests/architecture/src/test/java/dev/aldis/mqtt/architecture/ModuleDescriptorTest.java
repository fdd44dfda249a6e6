package dev.aldis.mqtt.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The modules as their descriptors state them: what they require, export and provide. */
class ModuleDescriptorTest {

    private static final String API = "dev.aldis.mqtt.api";

    /** What each module may require, apart from java.base and, for the compiler only, org.jspecify. */
    private static final Map<String, Set<String>> MAY_REQUIRE = Map.of(
            API,
            Set.of(),
            "dev.aldis.mqtt.protocol",
            Set.of(API, "jdk.jfr"),
            "dev.aldis.mqtt.transport.netty",
            Set.of(
                    API,
                    "io.netty.buffer",
                    "io.netty.codec",
                    "io.netty.common",
                    "io.netty.handler",
                    "io.netty.handler.proxy",
                    "io.netty.resolver",
                    "io.netty.transport",
                    "io.netty.transport.classes.epoll",
                    "io.netty.transport.classes.io_uring",
                    "io.netty.transport.classes.kqueue",
                    "io.netty.transport.unix.common"),
            "dev.aldis.mqtt.transport.websocket",
            Set.of(
                    API,
                    "dev.aldis.mqtt.transport.netty",
                    "io.netty.buffer",
                    "io.netty.codec",
                    "io.netty.codec.compression",
                    "io.netty.codec.http",
                    "io.netty.common",
                    "io.netty.handler",
                    "io.netty.transport"),
            "dev.aldis.mqtt.persistence.h2",
            Set.of(API, "com.h2database", "java.sql"),
            "dev.aldis.mqtt.persistence.chronicle",
            Set.of(
                    API,
                    "chronicle.bytes",
                    "chronicle.core",
                    "chronicle.queue",
                    "chronicle.wire",
                    "jdk.unsupported",
                    "org.slf4j"));

    /** Exports to one named friend, each with its reason. */
    private static final Map<String, String> FRIENDS = Map.of(
            "dev.aldis.mqtt.transport.netty to [dev.aldis.mqtt.transport.websocket]",
            "WebSocket rides on the channels of the Netty transport, so that TLS, proxies and socket options exist once");

    @Test
    void everyPublishedModuleHasADescriptor() throws IOException {
        assertEquals(
                new TreeSet<>(MAY_REQUIRE.keySet()), new TreeSet<>(published().keySet()));
    }

    @Test
    void everyModuleRequiresWhatItMayRequireOnly() throws IOException {
        published().values().forEach(module -> assertEquals(Set.of(), requiredBeyondItsList(module)));
    }

    @Test
    void onlyTheApiExportsPackagesToEverybody() throws IOException {
        published().values().stream()
                .filter(module -> !module.name().equals(API))
                .forEach(module -> assertEquals(Set.of(), exportedToEverybody(module), module.name()));
    }

    @Test
    void theApiExportsAllItsPackages() throws IOException {
        ModuleDescriptor api = published().get(API);
        assertEquals(api.packages(), exportedToEverybody(api));
    }

    @Test
    void everyExportToAFriendIsOnTheListWithItsReason() throws IOException {
        published().values().forEach(module -> assertEquals(Set.of(), friendsWithoutReason(module)));
    }

    @Test
    void noModuleIsOpenToReflection() throws IOException {
        published().values().forEach(module -> {
            assertFalse(module.isOpen(), module.name());
            assertEquals(Set.of(), module.opens(), module.name());
        });
    }

    /** On the class path a provider is found by its file in META-INF/services, on the module path by its descriptor. */
    @Test
    void descriptorsAndServiceFilesNameTheSameProviders() throws IOException {
        Map<String, Set<String>> declared = new TreeMap<>();
        published().values().stream()
                .flatMap(module -> module.provides().stream())
                .forEach(provides -> declared.computeIfAbsent(provides.service(), service -> new TreeSet<>())
                        .addAll(provides.providers()));
        Map<String, Set<String>> listed = new TreeMap<>();
        for (String service : published().get(API).uses()) {
            Set<String> providers = listedProviders(service);
            if (!providers.isEmpty()) {
                listed.put(service, providers);
            }
        }
        assertEquals(declared, listed);
    }

    @Test
    void aModuleThatBreaksTheseRulesIsFound() {
        ModuleDescriptor broken = ModuleDescriptor.newModule("dev.aldis.mqtt.protocol")
                .requires("java.base")
                .requires("java.sql")
                .exports("open.to.all")
                .exports("open.to.some", Set.of("some"))
                .build();
        assertEquals(Set.of("java.sql"), requiredBeyondItsList(broken));
        assertEquals(Set.of("open.to.all"), exportedToEverybody(broken));
        assertEquals(Set.of("open.to.some to [some]"), friendsWithoutReason(broken));
    }

    private static Set<String> requiredBeyondItsList(ModuleDescriptor module) {
        Set<String> allowed = MAY_REQUIRE.get(module.name());
        return module.requires().stream()
                .filter(requires -> !requires.modifiers().contains(Requires.Modifier.MANDATED))
                .filter(requires -> !requires.name().equals("java.base"))
                .filter(requires -> !(requires.name().equals("org.jspecify")
                        && requires.modifiers().contains(Requires.Modifier.STATIC)))
                .map(Requires::name)
                .filter(name -> !allowed.contains(name))
                .collect(Collectors.toSet());
    }

    private static Set<String> exportedToEverybody(ModuleDescriptor module) {
        return module.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
    }

    private static Set<String> friendsWithoutReason(ModuleDescriptor module) {
        return module.exports().stream()
                .filter(Exports::isQualified)
                .map(exports -> exports.source() + " to " + exports.targets())
                .filter(friend -> !FRIENDS.containsKey(friend))
                .collect(Collectors.toSet());
    }

    private static Set<String> listedProviders(String service) throws IOException {
        Set<String> providers = new TreeSet<>();
        for (URL file : resources("META-INF/services/" + service)) {
            try (InputStream in = file.openStream()) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .forEach(providers::add);
            }
        }
        return providers;
    }

    private static Map<String, ModuleDescriptor> published() throws IOException {
        return resources("module-info.class").stream()
                .map(ModuleDescriptorTest::read)
                .filter(module -> module.name().startsWith(Library.ROOT + "."))
                .collect(Collectors.toMap(ModuleDescriptor::name, module -> module));
    }

    private static ModuleDescriptor read(URL file) {
        try (InputStream in = file.openStream()) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<URL> resources(String name) throws IOException {
        return new ArrayList<>(
                Collections.list(ModuleDescriptorTest.class.getClassLoader().getResources(name)));
    }
}
