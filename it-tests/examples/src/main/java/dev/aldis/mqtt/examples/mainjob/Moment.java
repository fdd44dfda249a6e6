package dev.aldis.mqtt.examples.mainjob;

import java.util.Locale;

/** What can have happened to a row. */
enum Moment {
    /** The publisher's store has it. */
    STORED,
    /** The publisher knows that the server has it. */
    COMPLETED,
    /** The subscriber's ledger has it. */
    RECEIVED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
