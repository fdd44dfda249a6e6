package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that sends QoS 0 messages as fast as the connection takes them is held back by a reader that does not fetch. */
@Timeout(120)
class SlowReaderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(Clients.PATIENCE_SECONDS);
    private static final int PAYLOAD_BYTES = 1_024;
    private static final int TAKEN = 500;

    /** What the buffers of both ends can hold, and much less than what would come without being held back. */
    private static final long MOST_UNDER_WAY = 100_000;

    private final Clients clients = new Clients();

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void aFloodStopsUntilTheMessagesAreFetched() throws Exception {
        try (FloodServer server = new FloodServer()) {
            MqttClient client =
                    clients.open(Clients.builder("mqtt://127.0.0.1:" + server.port(), ProtocolVersion.MQTT_3_1_1));
            Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withMaximumQos0(TAKEN));
            client.onMessage("#", inbox);
            Clients.get(client.connect());
            long stoppedAt = awaitStandstill(server.sent);
            assertTrue(stoppedAt < MOST_UNDER_WAY, "Nothing has held the server back: it has sent " + stoppedAt);
            System.out.println("With " + TAKEN + " messages to be fetched the server stood still after " + stoppedAt
                    + " messages of 1 KiB, of which the client had read " + inbox.size());
            // Nothing is lost, and the flood goes on when there is room.
            for (long i = 0; i < stoppedAt + 1_000; i++) {
                Delivery delivery = inbox.receive(PATIENCE).orElseThrow();
                assertEquals(i, delivery.payload().asByteBuffer().getLong());
            }
            assertEquals(0, inbox.dropped());
        }
    }

    /** Gives the count when it has not changed for a while; below what the client takes in any case, the machine stalls. */
    private static long awaitStandstill(AtomicLong count) {
        long last = -1;
        while (count.get() < TAKEN || last != count.get()) {
            last = count.get();
            if (last > MOST_UNDER_WAY) {
                return last;
            }
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
        return last;
    }

    /** Answers CONNECT and sends messages without end, each with its number. */
    private static final class FloodServer implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Thread thread = new Thread(this::serve, "flood");
        final AtomicLong sent = new AtomicLong();

        FloodServer() throws IOException {
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                in.read();
                in.readNBytes(in.read());
                OutputStream out = socket.getOutputStream();
                out.write(new byte[] {0x20, 2, 0, 0});
                ByteBuffer packet = ByteBuffer.allocate(3 + 3 + PAYLOAD_BYTES);
                int remaining = 3 + PAYLOAD_BYTES;
                packet.put((byte) 0x30).put((byte) ((remaining & 0x7F) | 0x80)).put((byte) (remaining >> 7));
                packet.putShort((short) 1).put((byte) 'a');
                int at = packet.position();
                while (true) {
                    packet.putLong(at, sent.get());
                    out.write(packet.array());
                    sent.incrementAndGet();
                }
            } catch (IOException e) {
                // The client has gone, or the test has ended.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
