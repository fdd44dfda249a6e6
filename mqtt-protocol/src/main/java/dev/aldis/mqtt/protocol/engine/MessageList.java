package dev.aldis.mqtt.protocol.engine;

import org.jspecify.annotations.Nullable;

/** Messages in their order, linked through themselves: adding and removing allocates nothing and takes constant time. */
final class MessageList {

    private @Nullable OutboundMessage first;
    private @Nullable OutboundMessage last;
    private int size;

    int size() {
        return size;
    }

    @Nullable
    OutboundMessage first() {
        return first;
    }

    @Nullable
    OutboundMessage last() {
        return last;
    }

    void addLast(OutboundMessage message) {
        link(last, message, null);
    }

    void addFirst(OutboundMessage message) {
        link(null, message, first);
    }

    /** Adds a message in front of one of this list, or at the end for null. */
    void addBefore(OutboundMessage message, @Nullable OutboundMessage behind) {
        link(behind == null ? last : behind.previous, message, behind);
    }

    private void link(@Nullable OutboundMessage previous, OutboundMessage message, @Nullable OutboundMessage next) {
        if (message.list != null) {
            throw new IllegalStateException("Message " + message.sequence + " is in a list already");
        }
        message.list = this;
        message.previous = previous;
        message.next = next;
        if (previous == null) {
            first = message;
        } else {
            previous.next = message;
        }
        if (next == null) {
            last = message;
        } else {
            next.previous = message;
        }
        size++;
    }

    void remove(OutboundMessage message) {
        if (message.list != this) {
            throw new IllegalStateException("Message " + message.sequence + " is not in this list");
        }
        OutboundMessage previous = message.previous;
        OutboundMessage next = message.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        message.list = null;
        message.previous = null;
        message.next = null;
        size--;
    }
}
