package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import org.jspecify.annotations.Nullable;

/**
 * Holds the server back when the application does not keep up: QoS 0 has no other limit, and before MQTT 5.0 nothing has. Also
 * when it asks for answers faster than the store lets them go, or does not take them.
 */
final class ReadingControl {

    private static final int LEAST_HIGH_MARK = 4_096;

    /** One message fills less than this in most cases, and reading is not to stop at each. */
    private static final long LEAST_HIGH_MARK_BYTES = 1 << 20;

    /** More than a server has under way that keeps to the standard. */
    private static final int MOST_ANSWERS = 1 << 17;

    private final Engine engine;
    private final int highMark;
    private final long highMarkBytes;
    private long waiting;
    private long waitingBytes;
    private int fullInboxes;
    private boolean storeBehind;
    private boolean deaf;
    private boolean behind;
    private boolean paused;

    ReadingControl(ClientLimits limits, Engine engine) {
        this.engine = engine;
        this.highMark = Math.max(LEAST_HIGH_MARK, 2 * limits.effectiveReceiveMaximum());
        this.highMarkBytes = Math.max(LEAST_HIGH_MARK_BYTES, limits.maximumQueuedBytes());
    }

    /** How much may wait of which nobody has dealt with. */
    long highMarkBytes() {
        return highMarkBytes;
    }

    void handedOver(int messages, long bytes, @Nullable ServerLink link) {
        waiting += messages;
        waitingBytes += bytes;
        control(link);
    }

    void handled(int messages, long bytes, @Nullable ServerLink link) {
        waiting -= messages;
        waitingBytes -= bytes;
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

    /** Something has come or gone: whether the store keeps up, and whether the server takes its answers. */
    void received(boolean owedTooMuch, @Nullable ServerLink link) {
        int part = storeBehind ? 2 : 1;
        boolean late = engine.isBehind(MOST_ANSWERS / part, highMarkBytes / part);
        if (late != storeBehind || owedTooMuch != deaf) {
            storeBehind = late;
            deaf = owedTooMuch;
            control(link);
        }
    }

    private void control(@Nullable ServerLink link) {
        TransportConnection connection = link == null ? null : link.connection();
        if (connection == null) {
            return;
        }
        boolean late = storeBehind
                || fullInboxes > 0
                || waiting >= (behind ? highMark / 2 : highMark)
                || waitingBytes >= (behind ? highMarkBytes / 2 : highMarkBytes);
        if (late != behind) {
            behind = late;
            // Not for a server that is deaf: that it does not answer PINGREQ either is what ends its connection.
            engine.handleReadingPaused(late, System.nanoTime());
        }
        boolean pause = late || deaf;
        if (pause != paused) {
            paused = pause;
            if (pause) {
                connection.pauseReading();
            } else {
                connection.resumeReading();
            }
        }
    }

    /** The connection has ended; the next one begins with reading. */
    void reset() {
        behind = false;
        deaf = false;
        paused = false;
    }
}
