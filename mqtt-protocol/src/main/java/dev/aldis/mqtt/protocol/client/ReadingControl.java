package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import org.jspecify.annotations.Nullable;

/**
 * Holds the server back when the application does not keep up: QoS 0 has no other limit, and before MQTT 5.0 nothing has.
 */
final class ReadingControl {

    private static final int LEAST_HIGH_MARK = 4_096;

    private final Engine engine;
    private final int highMark;
    private long waiting;
    private int fullInboxes;
    private boolean paused;

    ReadingControl(ClientLimits limits, Engine engine) {
        this.engine = engine;
        this.highMark = Math.max(LEAST_HIGH_MARK, 2 * limits.effectiveReceiveMaximum());
    }

    void handedOver(int messages, @Nullable ServerLink link) {
        waiting += messages;
        control(link);
    }

    void handled(int messages, @Nullable ServerLink link) {
        waiting -= messages;
        control(link);
    }

    /** An inbox is full of QoS 0 messages, or no longer. */
    void holdBack(boolean full, @Nullable ServerLink link) {
        fullInboxes += full ? 1 : -1;
        control(link);
    }

    /** The server has accepted a connection. */
    void connected(@Nullable ServerLink link) {
        control(link);
    }

    private void control(@Nullable ServerLink link) {
        TransportConnection connection = link == null ? null : link.connection();
        if (connection == null) {
            return;
        }
        if (!paused && (waiting >= highMark || fullInboxes > 0)) {
            paused = true;
            connection.pauseReading();
            engine.handleReadingPaused(true, System.nanoTime());
        } else if (paused && waiting < highMark / 2 && fullInboxes == 0) {
            paused = false;
            engine.handleReadingPaused(false, System.nanoTime());
            connection.resumeReading();
        }
    }

    /** The connection has ended; the next one begins with reading. */
    void reset() {
        paused = false;
    }
}
