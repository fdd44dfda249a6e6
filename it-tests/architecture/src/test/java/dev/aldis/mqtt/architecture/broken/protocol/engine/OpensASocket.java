package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.net.Socket;

/** Breaks a rule on purpose. */
public final class OpensASocket {

    Object broken() {
        return new Socket();
    }
}
