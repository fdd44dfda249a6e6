package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.time.Instant;

/** Breaks a rule on purpose. */
public final class ReadsTheCalendar {

    Object broken() {
        return Instant.now();
    }
}
