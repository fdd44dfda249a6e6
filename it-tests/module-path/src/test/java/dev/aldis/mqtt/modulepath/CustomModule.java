package dev.aldis.mqtt.modulepath;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A module that is compiled from an example as somebody's own project would: against the API alone. */
final class CustomModule {

    private CustomModule() {}

    /** The sources of an example. */
    static List<Path> example(String name) throws IOException {
        Path sources = Path.of("..", "examples", "src", "main", "java", "dev", "aldis", "mqtt", "examples", name);
        try (Stream<Path> files = Files.list(sources)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** Compiles it, and gives the folder with its classes. */
    static Path compile(Path folder, String name, String directives, List<Path> sources) throws Exception {
        Path source = Files.createDirectories(folder.resolve(name + "-source"));
        Path descriptor = Files.writeString(
                source.resolve("module-info.java"),
                "module " + name + " { requires dev.aldis.mqtt.api; requires static org.jspecify; " + directives
                        + " }");
        Path classes = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of(
                ForkedProcess.tool("javac"),
                "--module-path",
                Artifacts.path() + File.pathSeparator + jspecify(),
                "-d",
                classes.toString(),
                descriptor.toString()));
        sources.forEach(each -> command.add(each.toString()));
        ForkedProcess.run(command);
        return classes;
    }

    /** Annotations, which nobody needs when the module runs. */
    private static String jspecify() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("jspecify"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
