package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The inboxes of a client, and what they need of it. Any thread. */
final class Inboxes implements InboxHost {

    private final ClientLoop loop;
    private final HandlerExecutor executor;
    private final long maximumQos0Bytes;
    private final Set<MessageInbox> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Inboxes(ClientLoop loop, HandlerExecutor executor, long maximumQos0Bytes) {
        this.loop = loop;
        this.executor = executor;
        this.maximumQos0Bytes = maximumQos0Bytes;
    }

    MessageInbox open(InboxOptions options) {
        MessageInbox inbox = new MessageInbox(options, maximumQos0Bytes, this);
        open.add(inbox);
        if (closed) {
            inbox.end();
        }
        return inbox;
    }

    /** The client is being closed: whoever waits for a message is told. */
    void close() {
        closed = true;
        open.forEach(MessageInbox::end);
    }

    @Override
    public boolean inLoop() {
        return loop.eventLoop().inLoop();
    }

    @Override
    public void pauseReading(boolean paused) {
        loop.submit(new Command() {
            @Override
            public void run() {
                loop.holdBack(paused);
            }
        });
    }

    @Override
    public void execute(Runnable task) {
        executor.run(task);
    }

    @Override
    public void failed(ReceivedMessage message, Throwable failure) {
        loop.dispatcher().handOver(List.of(new ClientEvent.HandlerFailed(message, failure)));
    }

    @Override
    public void detach(MessageInbox inbox) {
        open.remove(inbox);
        loop.dispatcher().handOver(List.of(new Dispatcher.Detachment(inbox)));
    }
}
