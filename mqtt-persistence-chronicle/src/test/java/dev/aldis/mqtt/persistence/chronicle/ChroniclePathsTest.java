package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in JVMs of its own, on the module path and on the class path, with the options that the documentation ships. */
@Timeout(120)
class ChroniclePathsTest {

    private static final Path OPTIONS = Path.of("..", "docs", "chronicle");

    @TempDir
    Path folder;

    @Test
    void runsOnTheModulePath() throws Exception {
        List<String> output = run(List.of("@" + OPTIONS.resolve("module-path.args")), true);
        assertEquals(List.of("module dev.aldis.mqtt.persistence.chronicle", "stored 1"), output);
        assertEquals(
                List.of("module dev.aldis.mqtt.persistence.chronicle", "stored 2"),
                run(List.of("@" + OPTIONS.resolve("module-path.args")), true));
        theHomeOfTheUserIsEmpty();
    }

    @Test
    void runsOnTheClassPath() throws Exception {
        List<String> output = run(List.of("@" + OPTIONS.resolve("class-path.args")), false);
        assertEquals(List.of("module null", "stored 1"), output);
        theHomeOfTheUserIsEmpty();
    }

    @Test
    void theMissingOptionsAreNamedOnTheModulePath() throws Exception {
        String output = String.join("\n", run(List.of(), true));
        assertTrue(output.contains("--add-opens=java.base/sun.nio.ch=chronicle.core"), output);
        assertTrue(output.contains("--add-opens=java.base/java.lang.reflect=chronicle.core"), output);
        assertFalse(Files.exists(folder.resolve("store")), "nothing was touched");
    }

    @Test
    void theMissingOptionsAreNamedOnTheClassPath() throws Exception {
        String output = String.join("\n", run(List.of("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"), false));
        assertFalse(output.contains("sun.nio.ch="), output);
        assertTrue(output.contains("--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"), output);
    }

    @Test
    void theModuleIsNamedAndItsDescriptorProvidesTheStore() {
        Module module = ChronicleStoreProvider.class.getModule();
        assertTrue(module.isNamed(), "the tests of this module run on the module path");
        assertEquals(
                List.of(List.of(ChronicleStoreProvider.class.getName())),
                module.getDescriptor().provides().stream()
                        .map(ModuleDescriptor.Provides::providers)
                        .toList());
    }

    /** Chronicle's analytics, were they there, would write a file into it. */
    private void theHomeOfTheUserIsEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("home"))) {
            assertEquals(List.of(), files.toList());
        }
    }

    /** Runs the program; all that it prints, also what the JVM and libraries print unasked. */
    private List<String> run(List<String> options, boolean onModulePath) throws Exception {
        Files.createDirectories(folder.resolve("home"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Duser.home=" + folder.resolve("home"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(options);
        String modules = String.join(File.pathSeparator, modules());
        if (onModulePath) {
            command.addAll(List.of(
                    "--module-path",
                    modules,
                    "--add-modules",
                    "dev.aldis.mqtt.persistence.chronicle",
                    "--class-path",
                    testClasses()));
        } else {
            command.addAll(List.of("--class-path", modules + File.pathSeparator + testClasses()));
        }
        command.addAll(List.of("storeuser.StoreUser", folder.resolve("store").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    /** This module, the API, and Chronicle with what it needs, of which the tests have some on the class path. */
    private static List<String> modules() {
        String path = System.getProperty("jdk.module.path", "");
        assertFalse(path.isEmpty(), "the tests of this module run on the module path");
        Stream<String> needed = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        Path.of(entry).getFileName().toString().matches("(chronicle|posix|affinity)-.*[.]jar"));
        return Stream.of(
                        Stream.of(Path.of("target", "classes").toString()),
                        Stream.of(path.split(File.pathSeparator)),
                        needed)
                .flatMap(entries -> entries)
                .distinct()
                .toList();
    }

    private static String testClasses() {
        return Path.of("target", "test-classes").toString();
    }
}
