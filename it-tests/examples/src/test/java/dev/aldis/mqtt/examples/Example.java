package dev.aldis.mqtt.examples;

import dev.aldis.mqtt.support.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The examples as a user starts them: by their scripts, from the build. */
public final class Example {

    private Example() {}

    /** Starts {@code bin/NAME}. */
    public static Program start(String name, String... arguments) {
        return start(name, List.of(arguments), Map.of());
    }

    /** Starts {@code bin/NAME} with environment variables of its own. */
    public static Program start(String name, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of("sh", script(name).toString()));
        command.addAll(arguments);
        return Program.start(command, environment);
    }

    /** The script of an example. */
    public static Path script(String name) {
        return folder().resolve("bin").resolve(name);
    }

    /** The folder of the examples. */
    public static Path folder() {
        return Markdown.repository().resolve("it-tests/examples");
    }
}
