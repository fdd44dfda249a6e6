package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An application asks for the future of "stored" at the moment when the loop tells the publication that it is stored,
 * complete, or aborted since the client closes: in each interleaving the future ends, and as the publication does.
 */
@Tag("exploration")
@Timeout(3600)
class FutureInterleavingsTest {

    private static final int INTERLEAVINGS = Integer.getInteger("aldis.interleavings", 20);

    /** Its loop does not run, so nobody but the test tells a publication anything. */
    private static final ProtocolClient CLIENT =
            Worlds.client(Worlds.configuration(Worlds.builder().handlerExecutor(Runnable::run)));

    private static void storedWhile(Consumer<PublishOperation> loop) {
        PublishOperation operation = (PublishOperation) CLIENT.publish("a", QoS.AT_LEAST_ONCE, "x");
        Thread thread = new Thread(() -> loop.accept(operation));
        thread.start();
        CompletableFuture<Void> stored = operation.stored();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertTrue(stored.isDone(), "Nobody completes the future of stored()");
        assertEquals(operation.isCompletedExceptionally(), stored.isCompletedExceptionally());
    }

    @Test
    void storedIsToldWhenTheStoreHasIt() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> storedWhile(PublishOperation::handleStored));
    }

    @Test
    void storedIsToldWhenTheServerHasIt() {
        PublishResult result = new PublishResult(ReasonCode.SUCCESS, Diagnostics.NONE);
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> storedWhile(operation -> operation.succeed(result)));
    }

    @Test
    void storedFailsWhenTheClientCloses() {
        Lincheck.runConcurrentTest(
                INTERLEAVINGS,
                () -> storedWhile(operation ->
                        operation.fail(PublicationState.CLOSED, new MqttException("closed", (Throwable) null))));
    }

    @Test
    void whoAsksTwiceHasOneFuture() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            PublishOperation operation = (PublishOperation) CLIENT.publish("a", QoS.AT_LEAST_ONCE, "x");
            Thread other = new Thread(() -> operation.stored().isDone());
            other.start();
            CompletableFuture<Void> first = operation.stored();
            operation.handleStored();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertTrue(first == operation.stored() && first.isDone());
        });
    }
}
