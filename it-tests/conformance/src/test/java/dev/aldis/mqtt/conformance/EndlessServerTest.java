package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server, or a proxy, that comes to no end: what the client spends on it, in memory, time and attempts, has one. */
class EndlessServerTest extends PeerTest {

    private static final int MEBIBYTE = 1 << 20;

    /** What the event loops have allocated so far; the memory of the peers in this process does not count. */
    private static long allocatedBytes() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aldis-mqtt-loop"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
                .sum();
    }

    /** Buffers outside of the heap. */
    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Writes the same bytes until the client has had enough; gives how many it took. */
    private static long writeForEver(Socket socket, byte[] beginning, byte[] bytes) {
        long taken = 0;
        try {
            OutputStream out = socket.getOutputStream();
            out.write(beginning);
            while (taken < 1L << 42) {
                out.write(bytes);
                taken += bytes.length;
            }
        } catch (IOException ended) {
            return taken;
        }
        throw new AssertionError("The client takes it for ever");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 101 Switching Protocols\r\n', 'X: y\r\n'",
        "'HTTP/1.1 101 Switching Protocols\r\nX: ', yyyyyyyy",
        "'HTTP/1.1 1', 0",
        "'HTTP/1.1 200 OK\r\n\r\n', <p>",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'",
        "'', 'HTTP/1.1 100 Continue\r\n\r\n'"
    })
    void anHttpAnswerWithoutEnd(String beginning, String rest) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer.uri().replace("mqtt:", "ws:"), ProtocolVersion.MQTT_5)
                .connectTimeout(Duration.ofSeconds(2))
                .reconnect(ReconnectPolicy.NEVER));
        expectFailure(peer, client, beginning, rest);
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\n', 'X: y\r\n'",
        "'HTTP/1.1 200 OK\r\nX: ', yyyyyyyy",
        "'HTTP/1.1 407 No\r\n\r\n', <p>",
        "'HTTP/1.1 200 OK\r\n\r\n', 'X: y\r\n'",
        "'', 'HTTP/1.1 100 Continue\r\n\r\n'"
    })
    void anAnswerOfAProxyWithoutEnd(String beginning, String rest) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder("mqtt://server.invalid", ProtocolVersion.MQTT_5)
                .transport(TransportOptions.DEFAULT.withProxy(ProxyOptions.http("127.0.0.1", peer.port())))
                .connectTimeout(Duration.ofSeconds(2))
                .reconnect(ReconnectPolicy.NEVER));
        expectFailure(peer, client, beginning, rest);
    }

    private static void expectFailure(ScriptedPeer peer, MqttClient client, String beginning, String rest)
            throws Exception {
        // A machine that stalls may use the time up before the client has asked; then it asks again.
        for (boolean asked = false; !asked; ) {
            CompletableFuture<?> connected = client.connect();
            Optional<Socket> next = peer.nextSocketUnless(connected::isDone);
            if (next.isPresent()) {
                try (Socket socket = next.get()) {
                    asked = socket.getInputStream().read(new byte[10_000]) > 0;
                    if (asked) {
                        expectFailure(socket, connected, beginning, rest);
                    }
                }
            }
            assertInstanceOf(ConnectionException.class, failureOf(connected));
        }
    }

    private static void expectFailure(Socket socket, CompletableFuture<?> connected, String beginning, String rest)
            throws Exception {
        long allocatedBefore = allocatedBytes();
        long directBefore = directBytes();
        long taken = writeForEver(socket, ascii(beginning), ascii(rest.repeat(2_000)));
        long allocated = allocatedBytes() - allocatedBefore;
        long direct = directBytes() - directBefore;
        failureOf(connected);
        // Pieces of an answer that is collected, a mebibyte at most, cost a hundred times their one byte, for a moment.
        assertTrue(allocated < 256L * MEBIBYTE, () -> allocated + " bytes allocated for " + taken);
        assertTrue(direct < 32L * MEBIBYTE, () -> direct + " bytes of buffers for " + taken);
    }

    /** A packet may be as large as the client allows, and made of properties only. */
    @Test
    void aPacketOfPropertiesCostsAMultipleOfItsSize() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .limits(ClientLimits.DEFAULT.withMaximumPacketSizeBytes(MEBIBYTE))
                .onMessage("#", message -> {}));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        long before = allocatedBytes();
        connection.send(packetOfProperties());
        connection.expect(PubAck.class);
        long allocated = allocatedBytes() - before;
        assertTrue(allocated < 100L * MEBIBYTE, () -> allocated + " bytes allocated");
    }

    private static byte[] packetOfProperties() {
        byte[] property = {0x26, 0, 0, 0, 0};
        int many = MEBIBYTE / property.length - 10;
        ByteBuffer packet = ByteBuffer.allocate(many * property.length + 12).put((byte) 0x32);
        putLength(packet, many * property.length + 8);
        packet.putShort((short) 1).put((byte) 't').putShort((short) 1);
        putLength(packet, many * property.length);
        for (int i = 0; i < many; i++) {
            packet.put(property);
        }
        return packet.array();
    }

    private static void putLength(ByteBuffer packet, int length) {
        packet.put((byte) (length | 0x80)).put((byte) ((length >> 7) | 0x80)).put((byte) (length >> 14));
    }

    /** Whole packets show that the server is there, bytes do not. */
    @Test
    void aPacketThatDripsForEverDoesNotKeepTheConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        BlockingQueue<ClientEvent> lost = new LinkedBlockingQueue<>();
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .keepAliveSeconds(1)
                .reconnect(ReconnectPolicy.NEVER)
                .listener(event -> {
                    if (event instanceof ClientEvent.ConnectionLost) {
                        lost.add(event);
                    }
                }));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        // CONNACK, and at once the packet, lest a machine that stalls lets the client give up before.
        connection.sendHex("20 03 00 00 00" + "30 ff ff 7f 00 01 74 00");
        get(connected);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (lost.isEmpty() && System.nanoTime() < end) {
            try {
                connection.send(new byte[1]);
            } catch (IOException ended) {
                break;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        ClientEvent event = lost.poll(60, TimeUnit.SECONDS);
        assertTrue(String.valueOf(event).contains("PINGREQ"), () -> "the end: " + event);
    }

    @Test
    void aServerThatAcceptsAndClosesForEverIsNotStormed() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ofMillis(20), Duration.ofSeconds(10))
                        .withRetryFirstConnect(true)
                        .withStableAfter(Duration.ofHours(1)))
                .listener(event -> {
                    if (event instanceof ClientEvent.Reconnecting next) {
                        delays.add(next.delay());
                    }
                }));
        CompletableFuture<?> connected = client.connect();
        for (int i = 0; i < 5; i++) {
            peer.accept(i > 0).close();
        }
        get(connected);
        assertGrow(delays);
    }

    @Test
    void aServerThatRefersToItselfForEverIsLeft() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        CompletableFuture<?> connected = client(
                        builder(peer, ProtocolVersion.MQTT_5).followRedirects(2).reconnect(ReconnectPolicy.NEVER))
                .connect();
        ConnAckProperties itself = new ConnAckProperties(
                -1, -1, null, ServerLimits.NONE, null, "127.0.0.1:" + peer.port(), null, Diagnostics.NONE);
        for (int i = 0; i < 3; i++) {
            ScriptedPeer.Connection connection = peer.next();
            connection.expect(Connect.class);
            connection.send(new ConnAck(false, ReasonCode.USE_ANOTHER_SERVER, itself));
            assertEquals(List.of(), connection.untilEnd());
        }
        Throwable failure = connected.handle((result, error) -> error).get(60, TimeUnit.SECONDS);
        assertInstanceOf(ConnectionException.class, failure);
    }
}
