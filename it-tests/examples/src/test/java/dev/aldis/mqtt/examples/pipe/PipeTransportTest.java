package dev.aldis.mqtt.examples.pipe;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client finds the transport by its scheme, and works over it. */
@Timeout(120)
class PipeTransportTest {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int DISCONNECT = 14;

    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

    @Test
    void aClientPublishesThroughAPipe() throws Exception {
        try (PipeServer server = PipeServer.listen("test")) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> serve(server));
            try (MqttClient client = MqttClient.builder().server("pipe:test").build()) {
                client.connect().get(60, TimeUnit.SECONDS);
                assertEquals(
                        ReasonCode.SUCCESS,
                        client.publish("t", QoS.AT_LEAST_ONCE, "hello")
                                .get(60, TimeUnit.SECONDS)
                                .reasonCode());
            }
            serving.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatWasWrittenBeforeTheEndIsReadWhenTheClientAndItsLoopHaveGone() throws Exception {
        try (PipeServer server = PipeServer.listen("later")) {
            PipeEnd end;
            try (MqttClient client = MqttClient.builder().server("pipe:later").build()) {
                CompletableFuture<?> connecting = client.connect();
                end = server.accept(60_000);
                assertEquals(CONNECT, typeOf(end.read()));
                end.write(CONNACK);
                connecting.get(60, TimeUnit.SECONDS);
                client.publish("t", QoS.AT_MOST_ONCE, "last words").get(60, TimeUnit.SECONDS);
            }
            assertEquals(PUBLISH, typeOf(end.read()));
            assertEquals(DISCONNECT, typeOf(end.read()));
            assertNull(end.read());
            end.write(CONNACK);
            end.close();
        }
    }

    @Test
    void aPipeWithoutAServerIsToldByName() throws Exception {
        try (MqttClient client = MqttClient.builder().server("pipe:nobody").build()) {
            CompletableFuture<?> connecting = client.connect();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> connecting.get(60, TimeUnit.SECONDS));
            assertInstanceOf(ConnectionException.class, failure.getCause());
            assertTrue(failure.getMessage().contains("'nobody'"), failure::toString);
        }
    }

    @Test
    void aNameIsListenedOnOnce() {
        PipeServer first = PipeServer.listen("once");
        assertThrows(IllegalStateException.class, () -> PipeServer.listen("once"));
        first.close();
        PipeServer.listen("once").close();
    }

    private static int typeOf(byte @Nullable [] packet) {
        return (requireNonNull(packet)[0] & 0xff) >> 4;
    }

    /** Packets come in portions as the client wrote them, which is enough for a test. */
    private static void serve(PipeServer server) {
        try {
            PipeEnd end = server.accept(60_000);
            for (byte[] packet = end.read(); packet != null; packet = end.read()) {
                switch (typeOf(packet)) {
                    case CONNECT -> end.write(CONNACK);
                    case PUBLISH -> end.write(new byte[] {0x40, 2, packet[5], packet[6]});
                    default -> {
                        // DISCONNECT: the end follows.
                    }
                }
            }
            end.close();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
