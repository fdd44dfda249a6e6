package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the application may ask at any time, and who waits for the connection to be there or to be gone. Asked from any
 * thread, told on the event loop.
 */
final class ClientStatus {

    private final Completions completions;
    private final Map<String, Payload> checkpoints = new ConcurrentHashMap<>();
    private final List<LoopFuture<ConnectResult>> awaitingConnection = new ArrayList<>();
    private final List<LoopFuture<Void>> awaitingEnd = new ArrayList<>();
    private volatile ClientState state = ClientState.DISCONNECTED;
    private volatile @Nullable ConnectResult present;
    private volatile @Nullable ProtocolVersion protocolVersion;

    ClientStatus(Completions completions, Map<String, Payload> restoredCheckpoints) {
        this.completions = completions;
        checkpoints.putAll(restoredCheckpoints);
    }

    // --- any thread

    ClientState state() {
        return state;
    }

    Optional<Negotiated> negotiated() {
        return Optional.ofNullable(present).map(ConnectResult::negotiated);
    }

    /** The version of the last connection that was accepted. */
    Optional<ProtocolVersion> protocolVersion() {
        return Optional.ofNullable(protocolVersion);
    }

    Optional<Payload> checkpoint(String name) {
        return Optional.ofNullable(checkpoints.get(name));
    }

    // --- the loop

    void checkpointStored(Checkpoint checkpoint) {
        checkpoints.put(checkpoint.name(), checkpoint.value());
    }

    void awaitConnection(LoopFuture<ConnectResult> future) {
        ConnectResult result = present;
        if (result != null) {
            completions.complete(future, result);
            return;
        }
        awaitingConnection.add(future);
        if (state == ClientState.DISCONNECTED) {
            state = ClientState.CONNECTING;
        }
    }

    @SuppressWarnings("NullAway") // A future of Void is completed with null.
    void awaitEnd(LoopFuture<Void> future, boolean ended) {
        if (ended) {
            completions.complete(future, null);
            return;
        }
        awaitingEnd.add(future);
        present = null;
        state = ClientState.DISCONNECTING;
    }

    void connected(ConnectResult result) {
        protocolVersion = result.negotiated().protocolVersion();
        present = result;
        state = ClientState.CONNECTED;
        List<LoopFuture<ConnectResult>> waiting = List.copyOf(awaitingConnection);
        awaitingConnection.clear();
        waiting.forEach(future -> completions.complete(future, result));
    }

    void connectionLost() {
        if (present != null) {
            present = null;
            state = ClientState.RECONNECTING;
        }
        completeEnd();
    }

    void stopped(MqttException cause) {
        present = null;
        state = ClientState.DISCONNECTED;
        failConnection(cause);
        completeEnd();
    }

    @SuppressWarnings("NullAway") // As above.
    private void completeEnd() {
        List<LoopFuture<Void>> waiting = List.copyOf(awaitingEnd);
        awaitingEnd.clear();
        waiting.forEach(future -> completions.complete(future, null));
    }

    private void failConnection(MqttException cause) {
        List<LoopFuture<ConnectResult>> waiting = List.copyOf(awaitingConnection);
        awaitingConnection.clear();
        waiting.forEach(future -> completions.completeExceptionally(future, cause));
    }

    void closed(MqttException cause) {
        stopped(cause);
        state = ClientState.CLOSED;
    }
}
