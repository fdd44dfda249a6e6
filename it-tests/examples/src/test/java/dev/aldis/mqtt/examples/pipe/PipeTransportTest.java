package dev.aldis.mqtt.examples.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client finds the transport by its scheme, and works over it. */
@Timeout(120)
class PipeTransportTest {

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

    /** Packets come in portions as the client wrote them, which is enough for a test. */
    private static void serve(PipeServer server) {
        try {
            PipeEnd end = server.accept(60_000);
            for (byte[] packet = end.read(); packet != null; packet = end.read()) {
                switch ((packet[0] & 0xff) >> 4) {
                    case 1 -> end.write(new byte[] {0x20, 3, 0, 0, 0});
                    case 3 -> end.write(new byte[] {0x40, 2, packet[5], packet[6]});
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
