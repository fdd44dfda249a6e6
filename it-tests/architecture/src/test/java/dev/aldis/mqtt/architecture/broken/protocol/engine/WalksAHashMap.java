package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.util.HashMap;

/** Breaks a rule on purpose. */
public final class WalksAHashMap {

    Object broken() {
        return new HashMap<String, String>().keySet();
    }
}
