package dev.aldis.mqtt.architecture.broken.api;

import java.util.logging.Logger;

/** Breaks a rule on purpose. */
public final class LogsWithAnotherModule {

    Object broken() {
        return Logger.getLogger("broken");
    }
}
