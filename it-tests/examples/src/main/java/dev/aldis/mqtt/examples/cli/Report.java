package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.examples.options.Options;
import dev.aldis.mqtt.examples.options.UsageException;

/** At which moment the number of a line is printed. */
enum Report {
    /** Never. */
    NOTHING,
    /** When the message is durable in the store. */
    STORED,
    /** When the handshake of its QoS has ended. */
    COMPLETED;

    static Report of(Options options) {
        return options.text("--report")
                .map(text -> switch (text) {
                    case "stored" -> STORED;
                    case "completed" -> COMPLETED;
                    default ->
                        throw new UsageException("--report '" + text + "' is not known: use stored or completed");
                })
                .orElse(NOTHING);
    }
}
