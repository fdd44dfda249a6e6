package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PendingMessage;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.PendingVisitor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects publications of the messages that the application wants to know of. */
final class PendingCollector implements PendingVisitor {

    private final ClientLoop loop;
    private final Predicate<? super PendingMessage> which;
    private final LoopFuture<List<Publication>> future;
    private final List<Publication> found = new ArrayList<>();
    private @Nullable RuntimeException failure;

    PendingCollector(ClientLoop loop, Predicate<? super PendingMessage> which, LoopFuture<List<Publication>> future) {
        this.loop = loop;
        this.which = which;
        this.future = future;
    }

    @Override
    public boolean visit(OutboundMessage message) {
        // The end of one that was sent and has timed out was told; it must not have another one.
        if (failure != null || message.operation() == PublishOperation.TOLD || !isWanted(message)) {
            return false;
        }
        found.add(
                message.operation() instanceof PublishOperation known
                        ? known
                        : PublishOperation.restored(loop, message));
        return true;
    }

    private boolean isWanted(OutboundMessage message) {
        try {
            return which.test(new PendingMessage(
                    message.message(),
                    message.options().applicationKey(),
                    Instant.ofEpochMilli(message.acceptedAtEpochMillis())));
        } catch (RuntimeException e) {
            failure = e;
            return false;
        }
    }

    @Override
    public void end(@Nullable MqttException cause) {
        loop.room().tell(loop.engine()); // Who sees the list asks for the room that it leaves.
        RuntimeException reason = cause == null ? failure : cause;
        if (reason == null) {
            loop.completions().complete(future, List.copyOf(found));
        } else {
            loop.completions().completeExceptionally(future, reason);
        }
    }
}
