package dev.aldis.mqtt.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a process of its own, whose output lines a test can wait for. Ends with {@link #close()} at the latest. */
public final class Program implements AutoCloseable {

    private final List<String> command;
    private final Process process;
    private final OutputLines output;
    private final OutputLines errors;

    private Program(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.output = OutputLines.of(process.getInputStream(), process::isAlive);
        this.errors = OutputLines.of(process.getErrorStream(), process::isAlive);
    }

    /**
     * Starts a program.
     *
     * @param command the program and its arguments
     * @return the running program
     */
    public static Program start(List<String> command) {
        return start(command, Map.of());
    }

    /**
     * Starts a program with environment variables of its own.
     *
     * @param command the program and its arguments
     * @param environment variables to set
     * @return the running program
     */
    public static Program start(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // These would add flags, and a line of their own to the output.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().putAll(environment);
        try {
            return new Program(List.copyOf(command), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A tool of the JDK that runs this.
     *
     * @param name such as {@code java}
     * @return its full name
     */
    public static String jdkTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /**
     * What it has printed on its standard output.
     *
     * @return the lines
     */
    public OutputLines output() {
        return output;
    }

    /**
     * What it has printed on its standard error.
     *
     * @return the lines
     */
    public OutputLines errors() {
        return errors;
    }

    /**
     * Its standard input.
     *
     * @return to be closed by the caller
     */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /**
     * The process.
     *
     * @return for signals
     */
    public Process process() {
        return process;
    }

    /**
     * Waits for the end of it and of its output.
     *
     * @param timeout how long to wait
     * @return its exit code
     */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Still runs after " + timeout + ": " + this);
            }
            output.awaitEnd();
            errors.awaitEnd();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command, e);
        }
    }

    /** Ends it as {@code kill -9} does, and waits for the end. */
    public void kill() {
        // Through the handle, which leaves the pipes open, so that its last words are heard.
        process.toHandle().destroyForcibly();
        awaitExit(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    @Override
    public String toString() {
        return command + "\n--- standard output ---\n" + output + "\n--- standard error ---\n" + errors;
    }
}
