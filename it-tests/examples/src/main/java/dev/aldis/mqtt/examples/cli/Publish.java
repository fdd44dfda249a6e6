package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.examples.options.Options;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Publishes lines: {@code publish --server mqtt://localhost --topic readings < readings.txt}.
 *
 * <p>With a store that outlives the process it can be killed at any time and started again: what it had stored is sent by
 * the next run, and a file is gone on with behind the last line that was stored.
 */
public final class Publish {

    private static final String SUMMARY = """
        Publishes each line of standard input, or of a file, as one message. Ends when each
        is complete, those included that an earlier run left in the store. The line feed is
        not part of the message; every other byte is.\
        """;

    private static final String IN_FLIGHT_HELP = """
        at most N messages of QoS 1 and 2 under way at once; by default 1000,
        and 10 with MQTT 3.1.1 and 3.1, whose servers cannot say how many
        they take, and may cut the connection where there are more\
        """;

    private Publish() {}

    /**
     * Runs the program.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(exitCode(arguments));
    }

    /** Runs to the end, with its exit code. */
    static int exitCode(String... arguments) {
        Options options = ConnectionOptions.declare(new Options()
                .value(
                        "--file",
                        "F",
                        "publish the lines of this file, each with a checkpoint: started again on\n"
                                + "the same store, go on behind the last line stored (QoS 1 and 2)")
                .value("--report", "stored|completed", "print the number of each line at that moment")
                .flag("--retain", "have the server keep the last message for later subscribers")
                .value("--rate", "N", "at most N messages a second; no limit by default")
                .value("--max-inflight", "N", IN_FLIGHT_HELP));
        return new CommandLine("publish", "--topic T", SUMMARY, options).run(Publish::run, arguments);
    }

    private static void run(Options options, Notices notices)
            throws IOException, InterruptedException, ExecutionException {
        ConnectionOptions connection = new ConnectionOptions(options, System.getenv());
        LinePublisher.Settings settings = new LinePublisher.Settings(
                CommandLine.check("--topic", () -> TopicName.of(connection.topic())),
                connection.qos(),
                options.has("--retain"),
                Report.of(options),
                options.number("--rate", 1, 1_000_000).orElse(0L));
        Optional<Path> file = options.text("--file").map(name -> ConnectionOptions.readable("--file", name));
        ClientLimits limits = options.number("--max-inflight", 1, 65_535)
                .map(number -> ClientLimits.DEFAULT.withMaximumInFlight(number.intValue()))
                .orElse(ClientLimits.DEFAULT);
        FirstConnection first = new FirstConnection();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (MqttClient client =
                CommandLine.build(connection.client().limits(limits).listener(event -> {
                    first.on(event);
                    notices.tell(event);
                    if (event instanceof ClientEvent.Stopped stopped) {
                        end.completeExceptionally(
                                new ConnectionException("the connection has ended for good", stopped.cause()));
                    }
                }))) {
            // A signal ends the process in good order: what is stored is sent by the next run.
            Runtime.getRuntime().addShutdownHook(new Thread(client::close, "close"));
            LinePublisher publisher = new LinePublisher(client, settings, notices);
            publisher.adopt(client.pendingPublications().get());
            first.make(client, connection.server());
            startReading(publisher, file, end);
            end.get();
        }
    }

    /** Reads on a thread of its own: a read from standard input cannot be interrupted when the connection ends for good. */
    private static void startReading(LinePublisher publisher, Optional<Path> file, CompletableFuture<Void> end) {
        Thread reader = new Thread(
                () -> {
                    try (InputStream in = file.isPresent() ? Files.newInputStream(file.get()) : System.in;
                            LineReader lines = new LineReader(in)) {
                        if (file.isPresent()) {
                            publisher.publishFile(file.get().toRealPath(), lines);
                        } else {
                            publisher.publish(lines);
                        }
                        end.complete(null);
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                },
                "read-lines");
        reader.setDaemon(true);
        reader.start();
    }

    /** The name under which the place in a file is stored: one for each topic that the file is published to. */
    static String checkpointName(TopicName topic, Path file) {
        return "publish " + topic.text() + " " + file;
    }

    /** A checkpoint's value as a line number. */
    static long lineNumber(Payload value) {
        return Long.parseLong(value.text());
    }
}
