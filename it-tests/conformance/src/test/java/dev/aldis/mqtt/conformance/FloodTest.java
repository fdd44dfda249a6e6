package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.SocketOptions;
import dev.aldis.mqtt.api.TransportOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that sends as much as it can, and does not read, or sends to an application or a store that is slow: what it asks
 * for must not pile up in the client. Sockets hold little here, so it stands still at last.
 */
class FloodTest extends PeerTest {

    /** More than sockets and client hold. */
    private static final int QUESTIONS = 3_000_000;

    private static final int LARGE_MESSAGES = 400;
    private static final int LARGE_BYTES = 64 << 10;
    private static final long QUEUED_BYTES = 4L << 20;

    private static final int SOCKET_BYTES = 64 << 10;
    private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocket server;
    private final AtomicLong asked = new AtomicLong();

    FloodTest() throws IOException {
        server = new ServerSocket();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "PUBREL that nobody waits for, 62020007, 5",
        "PUBREC that nobody waits for, 50020007, 5",
        "one message of QoS 2 again and again, 3c06000174000700, 4"
    })
    void whoDoesNotReadTheAnswersIsNotRead(String what, String question, int answerBytes) throws Exception {
        try (Socket socket = connect(PersistenceOptions.MEMORY)) {
            startAsking(socket, what, List.of(HexFormat.of().parseHex(question)), QUESTIONS);
            awaitStandstill();
            assertTrue(asked.get() < QUESTIONS, "the client has taken everything, and all answers with it");
            readAnswers(socket, (long) QUESTIONS * answerBytes);
        }
    }

    @Test
    void whoAsksFasterThanTheStoreWritesIsNotRead() throws Exception {
        FaultyStore store = new FaultyStore();
        try (Socket socket = connect(PersistenceOptions.of(store, URI.create("faulty:x")))) {
            store.writes = false;
            // The answer to this waits for the store, and so do all that are due later.
            socket.getOutputStream().write(HexFormat.of().parseHex("3406000174000100"));
            startAsking(socket, "PUBREL", List.of(HexFormat.of().parseHex("62020007")), QUESTIONS);
            awaitStandstill();
            assertTrue(asked.get() < QUESTIONS, "the client has taken everything, and holds all answers");
            store.writes = true;
            readAnswers(socket, 4 + 5L * QUESTIONS);
        }
    }

    @Test
    void largeMessagesForASlowHandlerAreLeftWithTheServer() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch handled = new CountDownLatch(LARGE_MESSAGES);
        try (Socket socket = connect(PersistenceOptions.MEMORY, message -> {
            ready.await();
            handled.countDown();
        })) {
            startAsking(socket, "large", List.of(largePublish(0)), LARGE_MESSAGES);
            awaitStandstill();
            assertTrue(asked.get() < LARGE_MESSAGES, "the client has taken all messages");
            ready.countDown();
            assertTrue(handled.await(60, TimeUnit.SECONDS), handled::toString);
        }
    }

    @Test
    void largeMessagesThatWaitForTheStoreAreLeftWithTheServer() throws Exception {
        FaultyStore store = new FaultyStore();
        CountDownLatch handled = new CountDownLatch(LARGE_MESSAGES);
        try (Socket socket =
                connect(PersistenceOptions.of(store, URI.create("faulty:x")), message -> handled.countDown())) {
            store.writes = false;
            List<byte[]> messages = IntStream.rangeClosed(1, LARGE_MESSAGES)
                    .mapToObj(FloodTest::largePublish)
                    .toList();
            startAsking(socket, "large", messages, LARGE_MESSAGES);
            awaitStandstill();
            assertTrue(asked.get() < LARGE_MESSAGES, "the client has taken all messages");
            store.writes = true;
            assertTrue(handled.await(60, TimeUnit.SECONDS), handled::toString);
        }
    }

    /** Of QoS 2 with this Packet Identifier, of QoS 0 without one. */
    private static byte[] largePublish(int identifier) {
        ByteBuffer packet = ByteBuffer.allocate(LARGE_BYTES);
        int remaining = LARGE_BYTES - 4;
        packet.put((byte) (identifier > 0 ? 0x34 : 0x30));
        packet.put((byte) (remaining | 0x80)).put((byte) ((remaining >> 7) | 0x80));
        packet.put((byte) (remaining >> 14)).putShort((short) 1).put((byte) 't');
        if (identifier > 0) {
            packet.putShort((short) identifier);
        }
        return packet.put((byte) 0).array();
    }

    /** Only the last Ping has to be answered (RFC 6455, section 5.5.3). */
    @Test
    void pingsOfAWebSocketAreLeftUnansweredWhileNobodyReads() throws Exception {
        MqttClient client = client(builder(uri("ws"), ProtocolVersion.MQTT_5));
        CompletableFuture<?> connected = client.connect();
        try (Socket socket = accept()) {
            WebSocketLink link = new WebSocketLink(socket);
            byte[] content = new byte[1_000];
            assertTrue(link.input().read(content) > 0); // CONNECT
            link.frame(WebSocketLink.BINARY, HexFormat.of().parseHex("2003000000"));
            get(connected);
            ask(socket, List.of(HexFormat.of().parseHex("890470696e67")), QUESTIONS);
            assertEquals(QUESTIONS, asked.get());
            Publication publication = client.publish("t", QoS.AT_MOST_ONCE, "the end");
            int answers = 0;
            int size = link.input().read(content);
            while (size == 4) {
                answers++;
                size = link.input().read(content);
            }
            assertEquals("the end", new String(content, size - 7, 7, StandardCharsets.UTF_8));
            get(publication);
            assertTrue(answers > 0 && answers < QUESTIONS / 2, "answers: " + answers);
        }
    }

    private String uri(String scheme) throws IOException {
        server.setReceiveBufferSize(SOCKET_BYTES);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return scheme + "://127.0.0.1:" + server.getLocalPort();
    }

    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSendBufferSize(SOCKET_BYTES);
        return socket;
    }

    private Socket connect(PersistenceOptions persistence) throws Exception {
        return connect(persistence, message -> {});
    }

    private Socket connect(PersistenceOptions persistence, MessageHandler handler) throws Exception {
        MqttClient client = client(builder(uri("mqtt"), ProtocolVersion.MQTT_5)
                .persistence(persistence)
                .transport(TransportOptions.DEFAULT.withSocket(
                        SocketOptions.DEFAULT.withSendBufferBytes(SOCKET_BYTES).withReceiveBufferBytes(SOCKET_BYTES)))
                .limits(ClientLimits.DEFAULT.withMaximumQueued(100, QUEUED_BYTES))
                .onMessage("#", handler));
        CompletableFuture<?> connected = client.connect();
        Socket socket = accept();
        assertTrue(socket.getInputStream().read(new byte[1_000]) > 0); // CONNECT
        socket.getOutputStream().write(HexFormat.of().parseHex("2003000000"));
        get(connected);
        return socket;
    }

    @AfterEach
    void stopTheServer() throws IOException {
        server.close();
    }

    /** Whoever reads at last gets all of them. */
    private void readAnswers(Socket socket, long bytes) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = bytes; left > 0; ) {
            int read = socket.getInputStream().read(buffer);
            assertTrue(read > 0, () -> "the client has closed the connection after " + asked);
            left -= read;
        }
        assertEquals(QUESTIONS, asked.get());
    }

    private void startAsking(Socket socket, String what, List<byte[]> packets, int total) {
        Thread asking = new Thread(() -> ask(socket, packets, total), what);
        asking.setDaemon(true);
        asking.start();
    }

    /** Sends packets, one after the other and again from the first. */
    private void ask(Socket socket, List<byte[]> packets, int total) {
        try {
            BufferedOutputStream out = new BufferedOutputStream(socket.getOutputStream(), 4_000);
            for (int i = 0; i < total; i++) {
                out.write(packets.get(i % packets.size()));
                asked.incrementAndGet();
            }
            out.flush();
        } catch (IOException closed) {
            asked.set(-1);
        }
    }

    /** Until for a while nothing was taken any more; a machine that is too slow for that is taken for a client that waits. */
    private void awaitStandstill() {
        long before = -1;
        long since = System.nanoTime();
        while (System.nanoTime() - since < STANDSTILL_NANOS) {
            long now = asked.get();
            if (now != before) {
                before = now;
                since = System.nanoTime();
            }
            LockSupport.parkNanos(1_000_000);
        }
        assertFalse(before < 0, "the client has closed the connection");
    }
}
