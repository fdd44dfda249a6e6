package dev.aldis.mqtt.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the benchmarks in a JVM of its own. It ends with its standard input. */
final class ForkedJvm implements AutoCloseable {

    /** The same for all. The heap is large enough for each, and fixed so that none measures its growth. */
    private static final List<String> OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private ForkedJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    static ForkedJvm start(String classPath, List<String> jvmOptions, Class<?> program, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ForkedJvm(program.getSimpleName() + arguments, process);
    }

    void tell(String line) throws IOException {
        commands.write(line + "\n");
        commands.flush();
    }

    /** The next line that it prints. */
    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " has ended without an answer; its error output says why");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        try (commands) {
            process.getOutputStream().flush();
        } catch (IOException ended) {
            // It is gone already, which is what is wanted.
            process.destroy();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
