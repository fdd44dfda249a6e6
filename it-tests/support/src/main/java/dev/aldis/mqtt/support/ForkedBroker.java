package dev.aldis.mqtt.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broker in Java that runs in a JVM of its own, with libraries of its own. */
public final class ForkedBroker implements Broker {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MOST_TRIES = 5;

    private final Path module;
    private final String program;
    private final Path folder;
    private final int port = FreePort.find();
    private final int webSocketPort = FreePort.find();
    private @Nullable Program running;

    private ForkedBroker(Path module, String program, Path folder) {
        this.module = module;
        this.program = program;
        this.folder = folder;
    }

    /**
     * HiveMQ Community Edition.
     *
     * @param modules the folder that has the module {@code broker-hivemq}, which was built
     * @param folder takes its files
     * @return the running broker
     */
    public static ForkedBroker startHiveMq(Path modules, Path folder) {
        return started(new ForkedBroker(
                modules.resolve("broker-hivemq"), "dev.aldis.mqtt.broker.hivemq.HiveMqProgram", folder));
    }

    /**
     * Moquette.
     *
     * @param modules the folder that has the module {@code broker-moquette}, which was built
     * @param folder takes its files
     * @return the running broker
     */
    public static ForkedBroker startMoquette(Path modules, Path folder) {
        return started(new ForkedBroker(
                modules.resolve("broker-moquette"), "dev.aldis.mqtt.broker.moquette.MoquetteProgram", folder));
    }

    private static ForkedBroker started(ForkedBroker broker) {
        broker.start();
        return broker;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String webSocketUri() {
        return "ws://127.0.0.1:" + webSocketPort + "/mqtt";
    }

    @Override
    public void start() {
        for (int tries = 0; tries < MOST_TRIES && running == null; tries++) {
            startOnce();
        }
        if (running == null) {
            throw new IllegalStateException(program + " does not listen on ports " + port + " and " + webSocketPort);
        }
    }

    /** HiveMQ goes on without one of its listeners where it could not start that, seldom also on a port that is free. */
    private void startOnce() {
        Program starting = Program.start(List.of(
                Program.jdkTool("java"),
                // It lives for half a minute: compiling with all might would cost more than it gains.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                module.resolve("target/classes") + System.getProperty("path.separator") + classPath(),
                program,
                Integer.toString(port),
                folder.toString(),
                Integer.toString(webSocketPort)));
        running = starting;
        starting.output().await("listening", PATIENCE);
        if (starting.output().count("Could not start") > 0) {
            System.out.println("Started again, since not all listens: " + starting);
            stop();
        }
    }

    private String classPath() {
        Path file = module.resolve("target/class-path.txt");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Build the module first: there is no " + file, e);
        }
    }

    /** Stops it in good order, upon which it writes what it keeps. */
    @Override
    public void stop() {
        Program stopping = running;
        running = null;
        if (stopping == null) {
            return;
        }
        try {
            stopping.input().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stopping.awaitExit(PATIENCE);
    }

    /** Ends it at once: nobody needs what it keeps. */
    @Override
    public void close() {
        Program ending = running;
        running = null;
        if (ending != null) {
            ending.close();
        }
    }
}
