package dev.aldis.mqtt.spi.persistence.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Java process that can load everything that this one can, all of it from the class path. */
public final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it.
     *
     * @param options for the JVM
     * @param main the class to run
     * @param testClass comes from a folder that may be known to the module system alone
     * @param arguments for the class
     * @return the process, to be closed
     * @throws IOException if it cannot be started
     */
    public static ChildProcess start(List<String> options, Class<?> main, Class<?> testClass, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath(main, testClass));
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new ChildProcess(builder.start());
    }

    private static String classPath(Class<?> main, Class<?> testClass) {
        Set<String> entries = new LinkedHashSet<>();
        entries.add(root(testClass));
        entries.add(root(main));
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            entries.addAll(Arrays.asList(System.getProperty(property, "").split(File.pathSeparator)));
        }
        entries.remove("");
        return String.join(File.pathSeparator, entries);
    }

    /** The folder or JAR file that a class was loaded from, also where it patches a module. */
    private static String root(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource(name.substring(name.lastIndexOf('/') + 1));
        if (url == null) {
            throw new IllegalStateException("The file of " + type + " cannot be found");
        }
        String text = url.toString();
        String root = text.substring(0, text.length() - name.length());
        if (root.startsWith("jar:")) {
            root = root.substring("jar:".length(), root.lastIndexOf('!'));
        }
        try {
            return Path.of(new URI(root)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The file of " + type + " has no usable place: " + root, e);
        }
    }

    /**
     * The next line that it prints.
     *
     * @return the line; null at the end
     * @throws IOException if it cannot be read
     */
    public @Nullable String readLine() throws IOException {
        return output.readLine();
    }

    /**
     * Ends the process at once, without a chance to react, and waits until it is gone.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public void kill() throws InterruptedException {
        // Not Process.destroyForcibly, which would throw away what it has printed.
        process.toHandle().destroyForcibly();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Process " + process.pid() + " could not be killed");
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }
}
