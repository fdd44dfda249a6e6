package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has done with messages: it wakes the loop neither for each of them nor late. Should the worker be held up
 * by a slow handler before that, the loop comes for them by itself. For one thread.
 */
final class Reporter {

    /** The loop is woken at the latest when this many have gathered or this time has passed. */
    private static final int COUNT = 256;

    private static final long NANOS = 1_000_000L;

    private final Decisions decisions;
    private final Dispatcher.Reports reports;
    private int unreported;
    private int qos0;
    private long qos0Bytes;
    private long lastNanos = System.nanoTime();

    Reporter(Decisions decisions, Dispatcher.Reports reports) {
        this.decisions = decisions;
        this.reports = reports;
    }

    /** The message is taken, or refused; for QoS 0 that is the same. */
    void decided(InboundMessage message, @Nullable Refusal refusal) {
        if (message.qos() == QoS.AT_MOST_ONCE) {
            qos0++;
            qos0Bytes += message.heldBytes();
        } else {
            decisions.add(message, refusal);
        }
        unreported++;
        if (unreported >= COUNT || System.nanoTime() - lastNanos >= NANOS) {
            flush();
        }
    }

    void flush() {
        lastNanos = System.nanoTime();
        if (unreported > 0) {
            unreported = 0;
            decisions.addQos0(qos0, qos0Bytes);
            qos0 = 0;
            qos0Bytes = 0;
            reports.decided();
        }
    }
}
