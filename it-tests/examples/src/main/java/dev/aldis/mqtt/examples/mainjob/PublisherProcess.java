package dev.aldis.mqtt.examples.mainjob;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The publisher as its parent sees it: a JVM of its own that says how far it has come. */
final class PublisherProcess {

    private final Process process;
    private final Milestones milestones;
    private final Thread reader;
    private final String name;

    private PublisherProcess(String name, Process process, Milestones milestones) {
        this.name = name;
        this.process = process;
        this.milestones = milestones;
        this.reader = new Thread(this::read, "publisher-output");
        reader.setDaemon(true);
    }

    /**
     * Starts it on the module path of this process.
     *
     * @param name stands before what is printed of it
     * @param arguments for {@link Publisher}
     * @param milestones hears how far it has come
     */
    static PublisherProcess start(String name, List<String> arguments, Milestones milestones) throws IOException {
        String modulePath = System.getProperty("jdk.module.path");
        if (modulePath == null) {
            throw new IllegalStateException("The main job runs on the module path: start it with bin/main-job");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a second: compiling with all might would cost more than it gains.
                "-XX:TieredStopAtLevel=1",
                // What the store chronicle: needs.
                "--add-opens=java.base/sun.nio.ch=chronicle.core",
                "--add-opens=java.base/java.lang.reflect=chronicle.core",
                "--add-exports=java.base/jdk.internal.ref=chronicle.core",
                "-Dslf4j.internal.verbosity=ERROR",
                "-p",
                modulePath,
                "-m",
                "dev.aldis.mqtt.examples/" + Publisher.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        PublisherProcess started = new PublisherProcess(name, process, milestones);
        started.reader.start();
        return started;
    }

    long pid() {
        return process.pid();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line.split(" "));
            }
        } catch (IOException e) {
            // The pipe of a killed process may break; that of a live one may not.
            if (process.isAlive()) {
                milestones.fail("the publisher's output could not be read: " + e);
            }
        }
    }

    private void hear(String[] words) {
        switch (words[0]) {
            case "recovered" ->
                System.out.println(name + ": publisher " + pid() + " found the checkpoint of row " + words[1] + " and "
                        + words[2] + " pending publications in its store");
            case "stored" -> milestones.reach(Moment.STORED, Integer.parseInt(words[1]));
            case "completed" -> milestones.reach(Moment.COMPLETED, Integer.parseInt(words[1]));
            default -> System.out.println(name + ": publisher " + pid() + " " + String.join(" ", words));
        }
    }

    /** Ends it as {@code kill -9} does, wherever it is. */
    void kill() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the publisher had ended with exit code " + process.exitValue() + " before it could be killed");
        }
        // Through the handle, which leaves the pipe open, so that its last words are heard.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /** Waits for its end by itself. */
    void awaitSuccess(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the publisher still ran after " + seconds + " s");
        }
        reader.join();
        if (process.exitValue() != 0) {
            throw new IllegalStateException("the publisher failed with exit code " + process.exitValue());
        }
    }

    /** Makes sure that it has ended. */
    void destroy() {
        process.destroyForcibly();
    }
}
