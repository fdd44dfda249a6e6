package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prints messages until it is ended. A message counts as accepted, and so is acknowledged, when this handler returns:
 * after its line was flushed. What comes after the end is not accepted, and the server sends it to the next run.
 */
final class Printer implements MessageHandler {

    private final LineFormat format;
    private final OutputStream out;
    private final long maximumMessages;
    private long messages;
    private long lastNanos = System.nanoTime();
    private @Nullable String end;
    private @Nullable IOException failure;

    /**
     * A printer.
     *
     * @param maximumMessages how many it prints before it ends by itself
     */
    Printer(LineFormat format, OutputStream out, long maximumMessages) {
        this.format = format;
        this.out = out;
        this.maximumMessages = maximumMessages;
    }

    @Override
    public synchronized void handle(ReceivedMessage message) throws IOException {
        if (end != null) {
            throw new IOException("not accepted: the program is ending");
        }
        try {
            format.write(message, out);
            out.flush();
        } catch (IOException e) {
            failure = e;
            end("standard output cannot be written to");
            throw e;
        }
        messages++;
        lastNanos = System.nanoTime();
        if (messages == maximumMessages) {
            end("as many as were asked for");
        }
    }

    /** Ends it after the message in hand. */
    synchronized void end(String reason) {
        if (end == null) {
            end = reason;
        }
        notifyAll();
    }

    /** Begins to count the time without a message. */
    synchronized void restartIdleTime() {
        lastNanos = System.nanoTime();
    }

    /**
     * Waits for the end.
     *
     * @param idleNanos ends it when there was no message for so long; empty to wait for ever
     * @throws IOException if the output could not be written to
     */
    synchronized void awaitEnd(Optional<Long> idleNanos) throws IOException, InterruptedException {
        while (end == null) {
            if (idleNanos.isEmpty()) {
                wait();
                continue;
            }
            long left = lastNanos + idleNanos.get() - System.nanoTime();
            if (left <= 0) {
                end("no message for a while");
            } else {
                wait(left / 1_000_000 + 1);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** How many were printed, and why it ended. */
    synchronized String summary() {
        return messages + " messages printed" + (end == null ? "" : "; ended: " + end);
    }
}
