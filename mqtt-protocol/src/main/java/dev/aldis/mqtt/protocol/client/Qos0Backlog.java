package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.InboundMessage;

/** How many messages of QoS 0 wait in an inbox, and how much memory they take: nothing else bounds them. */
final class Qos0Backlog {

    private final int mostMessages;
    private final long mostBytes;
    private int messages;
    private long bytes;

    Qos0Backlog(int mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    void add(Delivery delivery) {
        if (delivery.qos() == QoS.AT_MOST_ONCE) {
            messages++;
            bytes += InboundMessage.heldBytes(delivery.message());
        }
    }

    void remove(Delivery delivery) {
        if (delivery.qos() == QoS.AT_MOST_ONCE) {
            messages--;
            bytes -= InboundMessage.heldBytes(delivery.message());
        }
    }

    void clear() {
        messages = 0;
        bytes = 0;
    }

    boolean isFull() {
        return messages >= mostMessages || bytes >= mostBytes;
    }

    boolean isHalfEmpty() {
        return messages <= mostMessages / 2 && bytes <= mostBytes / 2;
    }
}
