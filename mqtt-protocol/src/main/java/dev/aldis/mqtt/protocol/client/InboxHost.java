package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ReceivedMessage;

/** What an inbox needs of its client. Any thread. */
interface InboxHost {

    /** Whether the caller is on the event loop, where nobody may wait. */
    boolean inLoop();

    /** Hold the server back, or no longer; each inbox speaks for itself, and changes its mind only. */
    void pauseReading(boolean paused);

    /** Run a task on the executor for handlers. */
    void execute(Runnable task);

    /** A subscriber has thrown. */
    void failed(ReceivedMessage message, Throwable failure);

    /** The inbox is closed: what is left in it goes to other handlers. */
    void detach(MessageInbox inbox);
}
