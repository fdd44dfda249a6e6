package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Publishes lines and follows each to its end. */
// Futures that follow a publication lead nowhere else: the window, and what is printed, tell how it ended.
@SuppressWarnings("FutureReturnValueIgnored")
final class LinePublisher {

    /** Far within the limits of the client's queue: 100,000 messages and 256 MiB. */
    private static final int WINDOW_MESSAGES = 10_000;

    private static final long WINDOW_BYTES = 64L << 20;

    /**
     * How lines become messages.
     *
     * @param perSecond how many a second at most; 0 for no limit
     */
    record Settings(TopicName topic, QoS qos, boolean retain, Report report, long perSecond) {}

    private final MqttClient client;
    private final Settings settings;
    private final Notices notices;
    private final Window window = new Window(WINDOW_MESSAGES, WINDOW_BYTES);
    private final CompletableFuture<PublishException> refused = new CompletableFuture<>();
    private volatile boolean stopReading;

    /** One thread, so that line numbers are printed in order, and never by the client's event loop. */
    private final Executor results = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "results");
        thread.setDaemon(true);
        return thread;
    });

    private List<Publication> earlier = List.of();

    LinePublisher(MqttClient client, Settings settings, Notices notices) {
        this.client = client;
        this.settings = settings;
        this.notices = notices;
    }

    /** Takes on what an earlier run left in the store. */
    void adopt(List<Publication> publications) {
        earlier = publications;
        if (!publications.isEmpty()) {
            notices.info(publications.size() + " messages of an earlier run are still in the store");
        }
    }

    /** Publishes lines as they come and waits until everything is complete. */
    void publish(LineReader lines) throws IOException, InterruptedException {
        followEarlier("");
        publishLines(lines, Optional.empty());
        awaitEnd();
    }

    /** Publishes the lines behind the last one that was stored, and waits until everything is complete. */
    void publishFile(Path file, LineReader lines) throws IOException, InterruptedException {
        String name = Publish.checkpointName(settings.topic(), file);
        followEarlier(name);
        if (settings.qos() == QoS.AT_MOST_ONCE) {
            notices.info(
                    "QoS 0 stores nothing, so there are no checkpoints: the file is published from its first line");
            publishLines(lines, Optional.empty());
        } else {
            skipStored(
                    file,
                    lines,
                    client.checkpoint(name).map(Publish::lineNumber).orElse(0L));
            publishLines(lines, Optional.of(name));
        }
        awaitEnd();
    }

    private void skipStored(Path file, LineReader lines, long stored) throws IOException {
        if (stored > 0) {
            notices.info("going on behind line " + stored + " of " + file);
        }
        while (lines.lineNumber() < stored) {
            if (lines.next().isEmpty()) {
                throw new IOException("the store says that line " + stored + " of " + file
                        + " was stored, but the file has only " + lines.lineNumber()
                        + " lines: bring it back, or use another --store for another file");
            }
        }
    }

    private void publishLines(LineReader lines, Optional<String> checkpoint) throws IOException, InterruptedException {
        Pace pace = new Pace(settings.perSecond());
        while (!stopReading) {
            Optional<byte[]> line = lines.next();
            if (line.isEmpty()) {
                return;
            }
            pace.await();
            window.enter(line.get().length);
            Message message = new Message(
                    settings.topic(),
                    Payload.wrap(line.get()),
                    settings.qos(),
                    settings.retain(),
                    MessageProperties.NONE);
            long number = lines.lineNumber();
            Publication publication = client.publish(message, options(checkpoint, number));
            if (settings.report() == Report.STORED) {
                publication.stored().thenRunAsync(() -> print(number), results);
            }
            follow(publication, number);
        }
    }

    private static PublishOptions options(Optional<String> checkpoint, long number) {
        // The application key tells the next run which line a message is that it finds in the store.
        return checkpoint
                .map(name -> PublishOptions.NONE
                        .withCheckpoint(Checkpoint.of(name, Long.toString(number)))
                        .withApplicationKey(name + ":" + number))
                .orElse(PublishOptions.NONE);
    }

    private void followEarlier(String name) {
        for (Publication publication : earlier) {
            window.add(publication.message().payload().sizeBytes());
            follow(publication, earlierLine(publication, name));
        }
    }

    /** The line that an earlier run published with this message, 0 if it was none of the same file. */
    private static long earlierLine(Publication publication, String name) {
        String prefix = name + ":";
        return publication
                .applicationKey()
                .filter(key -> !name.isEmpty() && key.startsWith(prefix))
                .map(key -> Long.parseLong(key.substring(prefix.length())))
                .orElse(0L);
    }

    private void follow(Publication publication, long number) {
        publication.whenCompleteAsync(
                (result, failure) -> {
                    ended(number, result, failure);
                    window.leave(publication.message().payload().sizeBytes());
                },
                results);
    }

    private void ended(long number, @Nullable PublishResult result, @Nullable Throwable failure) {
        String line = number == 0 ? "a message of an earlier run" : "line " + number;
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            // Going on would store a checkpoint behind a line that was not stored.
            stopReading = true;
            if (refused.complete(new PublishException(line + " was not published", cause))
                    && !(cause instanceof ClientClosedException)) {
                notices.error(line + " was not published: " + Notices.reason(cause));
            }
        } else if (result != null && result.isError()) {
            String reason = result.reasonCode() + " " + result.diagnostics();
            refused.complete(new PublishException("the server refused " + line + ": " + reason, result.reasonCode()));
            notices.error("the server refused " + line + ": " + reason);
        } else if (settings.report() == Report.COMPLETED && number > 0) {
            print(number);
        }
    }

    private static void print(long number) {
        System.out.println(number);
        System.out.flush();
    }

    private void awaitEnd() throws IOException, InterruptedException {
        window.awaitEmpty();
        if (refused.isDone()) {
            throw new IOException("not everything was published", refused.join());
        }
    }
}
