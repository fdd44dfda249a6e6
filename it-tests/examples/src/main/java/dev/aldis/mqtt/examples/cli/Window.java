package dev.aldis.mqtt.examples.cli;

/**
 * Counts the messages that are published and not yet complete, and holds the reader of a long input back so that they
 * stay within the client's queue.
 */
final class Window {

    private final int maximumMessages;
    private final long maximumBytes;
    private int messages;
    private long bytes;

    Window(int maximumMessages, long maximumBytes) {
        this.maximumMessages = maximumMessages;
        this.maximumBytes = maximumBytes;
    }

    /** Waits for room and takes it. A message that is larger than the window goes alone. */
    synchronized void enter(int sizeBytes) throws InterruptedException {
        while (messages > 0 && (messages >= maximumMessages || bytes + sizeBytes > maximumBytes)) {
            wait();
        }
        add(sizeBytes);
    }

    /** Takes room without waiting. */
    synchronized void add(int sizeBytes) {
        messages++;
        bytes += sizeBytes;
    }

    /** Gives room back. */
    synchronized void leave(int sizeBytes) {
        messages--;
        bytes -= sizeBytes;
        notifyAll();
    }

    /** Waits until nothing is in it. */
    synchronized void awaitEmpty() throws InterruptedException {
        while (messages > 0) {
            wait();
        }
    }

    /** How many messages are in it. */
    synchronized int messages() {
        return messages;
    }
}
