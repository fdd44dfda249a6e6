package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.examples.options.Options;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Prints messages, one a line: {@code subscribe --server mqtt://localhost --topic readings}.
 *
 * <p>A line is flushed before its message is acknowledged. So nothing is lost when the process is killed; the message in
 * hand may then be printed again by the next run, marked as redelivered and with the same delivery identifier (QoS 2 with
 * a store that outlives the process).
 */
public final class Subscribe {

    private static final String SUMMARY = """
        Prints the payload of each message as one line, flushed before the message is
        acknowledged. Ends after --count or --idle, or on a signal (SIGTERM, SIGINT), in
        good order: what was printed is acknowledged, what was not comes to the next run
        with the same --client-id.\
        """;

    private Subscribe() {}

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
                .value("--format", "TEXT", LineFormat.HELP)
                .value("--count", "N", "end after N messages")
                .value("--idle", "SECONDS", "end after so long without a message"));
        return new CommandLine("subscribe", "--topic T", SUMMARY, options).run(Subscribe::run, arguments);
    }

    private static void run(Options options, Notices notices)
            throws IOException, InterruptedException, ExecutionException {
        ConnectionOptions connection = new ConnectionOptions(options, System.getenv());
        TopicFilter filter = CommandLine.check("--topic", () -> TopicFilter.of(connection.topic()));
        QoS qos = connection.qos();
        Optional<Long> idleNanos = options.number("--idle", 1, 1_000_000_000).map(seconds -> seconds * 1_000_000_000L);
        Printer printer = new Printer(
                LineFormat.of(options.text("--format").orElse("{payload}")),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                options.number("--count", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE));
        CompletableFuture<Void> lost = new CompletableFuture<>();
        FirstConnection first = new FirstConnection();
        ExecutorService handlers = Executors.newSingleThreadExecutor(Subscribe::daemon);
        MqttClient client = CommandLine.build(connection
                .client()
                .handlerExecutor(handlers)
                // Before the first connection, so that the messages of a resumed session find it.
                .onMessage(filter.text(), printer)
                .listener(event -> {
                    first.on(event);
                    notices.tell(event);
                    failureIn(event, filter).ifPresent(failure -> {
                        lost.completeExceptionally(failure);
                        printer.end(Notices.reason(failure));
                    });
                }));
        Ending ending = new Ending(client, printer, handlers);
        Runtime.getRuntime().addShutdownHook(new Thread(ending::onSignal, "signal"));
        try {
            first.make(client, connection.server());
            check(client.subscribe(filter.text(), qos, printer).get(), filter);
            notices.info("subscribed to " + filter);
            printer.restartIdleTime();
            printer.awaitEnd(idleNanos);
        } finally {
            ending.close();
        }
        notices.info(printer.summary());
        if (lost.isDone()) {
            lost.get();
        }
    }

    private static Optional<RuntimeException> failureIn(ClientEvent event, TopicFilter filter) {
        if (event instanceof ClientEvent.Stopped stopped) {
            return Optional.of(new ConnectionException("the connection has ended for good", stopped.cause()));
        }
        if (event instanceof ClientEvent.Resubscribed resubscribed
                && resubscribed.result().isError()) {
            return Optional.of(refusal(resubscribed.result(), filter));
        }
        return Optional.empty();
    }

    private static void check(SubscribeResult result, TopicFilter filter) {
        if (result.isError()) {
            throw refusal(result, filter);
        }
    }

    private static RequestException refusal(SubscribeResult result, TopicFilter filter) {
        return new RequestException(
                "the server refused the subscription to '" + filter + "': " + result.reasonCodes() + " "
                        + result.diagnostics(),
                result.reasonCodes().get(0));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "print");
        thread.setDaemon(true);
        return thread;
    }
}
