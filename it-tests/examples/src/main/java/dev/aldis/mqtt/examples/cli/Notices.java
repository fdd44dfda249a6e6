package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ClientEvent;
import java.io.PrintStream;

/** What a program tells people on standard error, apart from what it prints for other programs. */
final class Notices {

    private final String program;
    private final boolean quiet;
    private final PrintStream target;

    Notices(String program, boolean quiet, PrintStream target) {
        this.program = program;
        this.quiet = quiet;
        this.target = target;
    }

    /** Good to know; left out with {@code --quiet}. */
    void info(String text) {
        if (!quiet) {
            error(text);
        }
    }

    /** Always printed. */
    void error(String text) {
        target.println(program + ": " + text);
    }

    /** Tells what happens to the connection. */
    void tell(ClientEvent event) {
        if (event instanceof ClientEvent.Connected connected) {
            info("connected" + (connected.result().sessionPresent() ? ", session resumed" : ""));
        } else if (event instanceof ClientEvent.ConnectionLost lost) {
            info("not connected: " + reason(lost.cause()));
        } else if (event instanceof ClientEvent.Reconnecting reconnecting) {
            info("trying again in " + reconnecting.delay().toMillis() + " ms");
        } else if (event instanceof ClientEvent.SessionLost lost) {
            info("the server has lost the session, with " + lost.messagesInFlight() + " messages in flight");
        } else if (event instanceof ClientEvent.StoreDamaged damaged) {
            error("the store was damaged: " + damaged.description());
        } else if (event instanceof ClientEvent.StoreFailed failed) {
            error("the store could not write: " + reason(failed.cause()));
        }
    }

    /** What an exception says, with what lies beneath it. */
    static String reason(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each.getMessage() == null ? each.getClass().getName() : each.getMessage();
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : ": ").append(message);
            }
        }
        return text.toString();
    }
}
