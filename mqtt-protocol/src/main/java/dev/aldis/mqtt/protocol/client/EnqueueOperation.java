package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import org.jspecify.annotations.Nullable;

/** A message that is left to the store: queue node and future of "stored". After that nothing in memory knows it. */
final class EnqueueOperation extends LoopFuture<Void> implements MessageOperation {

    private final ClientLoop loop;
    private @Nullable OutboundMessage outbound;
    private @Nullable QueueNode next;

    EnqueueOperation(ClientLoop loop, OutboundMessage outbound) {
        super(loop.eventLoop());
        this.loop = loop;
        this.outbound = outbound;
        outbound.attach(this);
    }

    @Override
    public @Nullable QueueNode nextNode() {
        return next;
    }

    @Override
    public void nextNode(@Nullable QueueNode node) {
        next = node;
    }

    @Override
    public void run() {
        OutboundMessage message = outbound;
        if (message != null) {
            loop.engine().publish(message);
        }
    }

    @Override
    public void abort(MqttException cause) {
        fail(PublicationState.CLOSED, cause);
    }

    @Override
    public void handleSent() {}

    @Override
    public void handleReleased() {}

    @Override
    @SuppressWarnings("NullAway") // A future of Void is completed with null.
    public void handleStored() {
        OutboundMessage message = letGo();
        if (message != null) {
            message.options().checkpoint().ifPresent(loop.status()::checkpointStored);
            loop.completions().complete(this, null);
        }
    }

    @Override
    public void succeed(PublishResult result) {
        handleStored();
    }

    @Override
    public void fail(PublicationState end, MqttException cause) {
        letGo();
        loop.completions().completeExceptionally(this, cause);
    }

    private @Nullable OutboundMessage letGo() {
        OutboundMessage message = outbound;
        outbound = null;
        if (message != null && message.operation() == this) {
            message.attach(null);
        }
        return message;
    }
}
