package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.persistence.testkit.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code h2:ssl:}, with the options of the JVM that docs/stores.md names. */
@Timeout(120)
class ServerTlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void aServerWithTlsIsUsedIfItsCertificateIsTrustedAndRefusedIfNot() throws Exception {
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-validity", "2", "-keystore", "server.p12");
        keytool("-exportcert", "-keystore", "server.p12", "-file", "server.crt");
        keytool("-importcert", "-noprompt", "-file", "server.crt", "-keystore", "trust.p12");
        try (ChildProcess server =
                start(keyStore(folder.resolve("server.p12").toString()), "server", folder.toString())) {
            String location = "h2:ssl://localhost:" + server.readLine() + "/./tls";
            List<String> trusting = new ArrayList<>(keyStore("NONE"));
            trusting.add("-Djavax.net.ssl.trustStore=" + folder.resolve("trust.p12"));
            trusting.add("-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
            assertEquals("over TLS", answer(trusting, location));
            String refusal = answer(keyStore("NONE"), location);
            assertTrue(refusal.contains("-Djavax.net.ssl.trustStore=FILE"), refusal);
            assertTrue(refusal.contains("h2:ssl://localhost"), refusal);
            String plain = answer(trusting, location.replace("ssl:", "tcp:"));
            assertTrue(plain.contains("cannot be opened"), plain);
            try (Stream<Path> made = Files.list(folder.resolve("home"))) {
                assertEquals(List.of(), made.toList(), "made in the home of the user");
            }
        }
    }

    private String answer(List<String> options, String location) throws IOException {
        try (ChildProcess store = start(options, "store", location)) {
            return String.valueOf(store.readLine());
        }
    }

    private static List<String> keyStore(String file) {
        return List.of("-Djavax.net.ssl.keyStore=" + file, "-Djavax.net.ssl.keyStorePassword=" + PASSWORD);
    }

    private ChildProcess start(List<String> options, String... arguments) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        List<String> all = new ArrayList<>(options);
        all.add("-XX:TieredStopAtLevel=1");
        all.add("-Duser.home=" + home);
        return ChildProcess.start(all, TlsProgram.class, ServerTlsTest.class, List.of(arguments));
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "server", "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + ": " + output);
    }
}
