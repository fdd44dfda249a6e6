package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.nio.file.Path;

/** Breaks a rule on purpose. */
public final class OpensAFile {

    Object broken() {
        return Path.of("broken");
    }
}
