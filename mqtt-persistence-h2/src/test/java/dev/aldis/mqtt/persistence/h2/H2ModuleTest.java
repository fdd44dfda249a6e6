package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;

/** On the module path, where tests of mutants are not run. */
class H2ModuleTest {

    @Test
    void runsAsANamedModuleOnANamedModule() {
        assertEquals(
                "dev.aldis.mqtt.persistence.h2",
                H2StoreProvider.class.getModule().getName());
        assertEquals("com.h2database", MVStore.class.getModule().getName());
    }

    /** The one counts on the module path, the other on the class path. */
    @Test
    void theDescriptorAndTheServiceFileNameTheSameProvider() throws IOException {
        Module module = H2StoreProvider.class.getModule();
        List<String> declared = module.getDescriptor().provides().stream()
                .filter(provides -> provides.service().equals(StoreProvider.class.getName()))
                .flatMap(provides -> provides.providers().stream())
                .toList();
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + StoreProvider.class.getName())) {
            List<String> listed = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(declared, listed);
            assertEquals(List.of(H2StoreProvider.class.getName()), declared);
        }
    }
}
