package dev.aldis.mqtt.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Eclipse mosquitto in a process of its own, with a configuration file that is written for it. */
public final class MosquittoBroker implements Broker {

    /**
     * For a broker that is to be stopped with messages under way: those beyond this number (20 by default) mosquitto 2.0
     * takes for unsent when it starts again, acknowledged or not, and sends them a second time. How many it has under way
     * when messages queue is not bounded by this number, so only one that is out of reach helps.
     */
    public static final String RESTARTABLE = "max_inflight_messages 60000";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path executable;
    private final Path configuration;
    private final int port;
    private int webSocketPort;
    private @Nullable Program program;

    private MosquittoBroker(Path executable, Path configuration, int port) {
        this.executable = executable;
        this.configuration = configuration;
        this.port = port;
    }

    /**
     * Looks for the program.
     *
     * @return empty where it is not installed
     */
    public static Optional<Path> installed() {
        Stream<Path> folders = Stream.concat(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(Path::of),
                Stream.of(Path.of("/usr/sbin"), Path.of("/usr/local/sbin"), Path.of("/opt/homebrew/sbin")));
        return folders.map(folder -> folder.resolve("mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts a broker that lets everybody in and keeps sessions and messages in the folder.
     *
     * @param folder takes its files
     * @param lines further lines of its configuration, behind those of the listener
     * @return the running broker
     */
    public static MosquittoBroker startIn(Path folder, String... lines) {
        List<String> all = new ArrayList<>(List.of("allow_anonymous true"));
        all.addAll(List.of(lines));
        return startConfigured(folder, all);
    }

    /**
     * Starts a broker that lets everybody in, over WebSocket too, and keeps sessions and messages in the folder.
     *
     * @param folder takes its files
     * @return the running broker
     */
    public static MosquittoBroker startWithWebSocket(Path folder) {
        int port = FreePort.find();
        MosquittoBroker broker = startIn(folder, "listener " + port + " 127.0.0.1", "protocol websockets");
        broker.webSocketPort = port;
        return broker;
    }

    /**
     * Starts a broker that keeps sessions and messages in the folder.
     *
     * @param folder takes its files
     * @param lines what follows the listener in its configuration, with who is let in
     * @return the running broker
     */
    public static MosquittoBroker startConfigured(Path folder, List<String> lines) {
        Path executable = installed().orElseThrow(() -> new IllegalStateException("mosquitto is not installed"));
        int port = FreePort.find();
        List<String> all = new ArrayList<>(List.of(
                "listener " + port + " 127.0.0.1",
                "persistence true",
                "persistence_location " + folder + "/",
                // Not to standard output, where it would sit in a buffer.
                "log_dest stderr",
                // The default of 1,000 drops messages for a client that is away.
                "max_queued_messages 0"));
        if ("root".equals(System.getProperty("user.name"))) {
            // Otherwise it gives its rights away and cannot read the test's files.
            all.add("user root");
        }
        all.addAll(lines);
        try {
            Path configuration = Files.write(folder.resolve("mosquitto.conf"), all);
            MosquittoBroker broker = new MosquittoBroker(executable, configuration, port);
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String webSocketUri() {
        return "ws://127.0.0.1:" + webSocketPort;
    }

    @Override
    public void start() {
        Program starting = Program.start(List.of(executable.toString(), "-c", configuration.toString()));
        program = starting;
        starting.errors().await(" running", PATIENCE);
    }

    /** Stops it with SIGTERM, upon which it writes what it keeps. */
    @Override
    public void stop() {
        Program stopping = program;
        program = null;
        if (stopping != null) {
            stopping.process().destroy();
            stopping.awaitExit(PATIENCE);
        }
    }

    /**
     * Has it write what it keeps, which it otherwise does only when it is stopped in good order and every half hour, until it
     * keeps the same as before: so what it has answered is in its file, if nothing more comes to it meanwhile.
     */
    public void saveUntilQuiet() {
        byte[] last = save();
        // Between two saves it takes at least one packet from each connection that has one.
        for (int same = 0; same < 3; ) {
            byte[] next = save();
            same = Arrays.equals(last, next) ? same + 1 : 0;
            last = next;
        }
    }

    private byte[] save() {
        Program running = Objects.requireNonNull(program, "It does not run");
        String announcement = "Saving in-memory database";
        long saved = running.errors().count(announcement);
        boolean begun = false;
        for (int attempt = 0; attempt < 100 && !begun; attempt++) {
            // A signal that comes while it is still saving is lost.
            try (Program signal = Program.start(
                    List.of("kill", "-USR1", Long.toString(running.process().pid())))) {
                signal.awaitExit(PATIENCE);
            }
            begun = running.errors().reaches(announcement, saved + 1, Duration.ofMillis(250));
        }
        if (!begun) {
            throw new AssertionError("It does not save: " + running);
        }
        try {
            Path file = configuration.resolveSibling("mosquitto.db");
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it with SIGKILL: what it keeps is what it last saved. */
    public void kill() {
        Program killed = program;
        program = null;
        if (killed != null) {
            killed.kill();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
