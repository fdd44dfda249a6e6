package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.MqttClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** Ends a subscriber in good order: what was printed is acknowledged, and nothing is printed after that. */
final class Ending {

    private final MqttClient client;
    private final Printer printer;
    private final ExecutorService handlers;
    private volatile boolean closed;

    /**
     * What has to end.
     *
     * @param handlers the one thread that the client runs the printer on
     */
    Ending(MqttClient client, Printer printer, ExecutorService handlers) {
        this.client = client;
        this.printer = printer;
        this.handlers = handlers;
    }

    /** Ends it; may be called again, and by several threads. */
    void close() {
        printer.end("asked to");
        // Behind what the client has given to this thread: then it knows what was accepted, and acknowledges it.
        CompletableFuture.runAsync(() -> {}, handlers).join();
        client.close();
        closed = true;
    }

    /** For a signal, which is an ordinary end of this program: its exit code is 0 and not that of the signal. */
    void onSignal() {
        if (!closed) {
            close();
            Runtime.getRuntime().halt(ExitCode.DONE);
        }
    }
}
