package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.support.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program in a JVM of its own that reports line by line, and can be killed at any instant. */
public final class ChildJvm implements AutoCloseable {

    /** It lives for a second or so: compiling with all might would cost more than it gains. */
    private static final List<String> FAST_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

    /** What Chronicle Queue needs; harmless without it. */
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");

    private final Process process;
    private final Path errors;
    private final Thread reader;

    private ChildJvm(Process process, Path errors, Consumer<String> listener) {
        this.process = process;
        this.errors = errors;
        this.reader = new Thread(() -> read(listener), "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a program that is expected to be killed soon.
     *
     * @param program with a main method
     * @param folder takes what it says on standard error
     * @param listener hears each line of its standard output
     * @param arguments of the program
     * @return the running program
     */
    public static ChildJvm start(Class<?> program, Path folder, Consumer<String> listener, List<String> arguments) {
        return start(program, List.of(), folder, listener, arguments);
    }

    /**
     * Starts a program with further options.
     *
     * @param program with a main method
     * @param options of the JVM
     * @param folder takes what it says on standard error
     * @param listener hears each line of its standard output
     * @param arguments of the program
     * @return the running program
     */
    public static ChildJvm start(
            Class<?> program, List<String> options, Path folder, Consumer<String> listener, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Program.jdkTool("java")));
        command.addAll(FAST_START);
        command.addAll(OPENS);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        Path errors = folder.resolve(program.getSimpleName() + ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                    .start();
            return new ChildJvm(process, errors, listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Consumer<String> listener) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.accept(line);
            }
        } catch (IOException e) {
            // The pipe of a killed process may break in the midst of a read; a live one would be missed.
            return;
        }
    }

    /**
     * Says something on its standard input.
     *
     * @param line what
     */
    public void tell(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("It has ended, see what it said: " + said(), e);
        }
    }

    /**
     * Whether it runs.
     *
     * @return false after its end
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Ends it as {@code kill -9} does, and hears its last words.
     *
     * @throws InterruptedException if interrupted
     */
    public void kill() throws InterruptedException {
        // Through the handle, which leaves the pipe open.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /**
     * Waits for its end by itself.
     *
     * @param seconds how long to wait
     * @return its exit code
     * @throws InterruptedException if interrupted
     */
    public int awaitExit(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("Still runs after " + seconds + " s; it said: " + said());
        }
        reader.join();
        return process.exitValue();
    }

    /**
     * What it and those before it have said on standard error.
     *
     * @return the end of it
     */
    public String said() {
        try {
            String text = Files.readString(errors);
            return text.substring(Math.max(0, text.length() - 8_000));
        } catch (IOException e) {
            return "nothing that can be read: " + e;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
