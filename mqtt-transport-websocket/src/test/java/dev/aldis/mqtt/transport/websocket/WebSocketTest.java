package dev.aldis.mqtt.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.api.WebSocketOptions;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.spi.transport.testkit.TransportFixture;
import dev.aldis.mqtt.transport.netty.Scheme;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What WebSocket adds to the contract: the handshake, frames, and what is said when the server does not play along. */
class WebSocketTest extends TransportFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int FINAL = 0x80;

    private WebSocketOptions options = WebSocketOptions.DEFAULT;

    private record Opened(RecordingListener listener, WebSocketPeerServer server, WebSocketPeerConnection peer) {

        TransportConnection connection() throws Exception {
            return listener.awaitConnected();
        }
    }

    @Override
    protected TransportProvider provider() {
        return new WebSocketTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return new WebSocketPeerServer(null);
    }

    @Override
    protected TransportOptions options() {
        return TransportOptions.DEFAULT.withWebSocket(options);
    }

    @Test
    void theRequestAsksForMqttAndCarriesThePathTheQueryAndTheHeaders() throws Exception {
        options = options.withHeader("Authorization", "Bearer one").withHeader("X-Tenant", "t1");
        Opened opened = openAt("/a%20b/c?token=x%26y");
        assertEquals("GET /a%20b/c?token=x%26y HTTP/1.1", opened.server().requestLine());
        Map<String, String> headers = opened.server().requestHeaders();
        assertEquals("mqtt", headers.get("sec-websocket-protocol"));
        assertEquals("13", headers.get("sec-websocket-version"));
        assertEquals("localhost:" + opened.server().uri().getPort(), headers.get("host"));
        assertEquals("Bearer one", headers.get("authorization"));
        assertEquals("t1", headers.get("x-tenant"));
        assertNull(headers.get("origin"));
        assertNull(headers.get("sec-websocket-extensions"));
    }

    @Test
    void aUriWithoutAPathAsksForTheUsualOne() throws Exception {
        assertEquals("GET /mqtt HTTP/1.1", openAt("").server().requestLine());
        assertEquals("GET / HTTP/1.1", openAt("/").server().requestLine());
    }

    @Test
    void headersAreAskedForAtEachAttempt() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        options = options.withHeader("authorization", "replaced")
                .withHeaders(() -> CompletableFuture.supplyAsync(
                        () -> Map.of("Authorization", "Bearer " + attempts.incrementAndGet())));
        assertEquals("Bearer 1", openAt("/mqtt").server().requestHeaders().get("authorization"));
        assertEquals("Bearer 2", openAt("/mqtt").server().requestHeaders().get("authorization"));
    }

    @Test
    void headersThatCannotBeHadEndTheAttempt() throws Exception {
        options = options.withHeaders(() -> CompletableFuture.failedFuture(new IllegalStateException("no token")));
        assertMessage(attempt(newPeer().uri()), "headers", "no token");
        options = options.withHeaders(() -> {
            throw new IllegalStateException("no token at all");
        });
        assertMessage(attempt(newPeer().uri()), "headers", "no token at all");
        options = options.withHeaders(() -> CompletableFuture.completedFuture(Map.of("X", "a\r\nEvil: b")));
        assertMessage(attempt(newPeer().uri()), "'X'", "line break");
    }

    @Test
    void headersThatNeverComeEndTheAttemptInTime() throws Exception {
        options = options.withHeaders(CompletableFuture::new);
        assertEndsInTime(listener -> connect(newPeer().uri(), Duration.ofMillis(300), listener), "300 ms", "headers");
    }

    @ParameterizedTest
    @CsvSource({
        "404 Not Found, nothing at this path",
        "401 Unauthorized, give a header",
        "426 Upgrade Required, expects something else",
        "503 Service Unavailable, may work later",
        "500 Internal Server Error, log of the server"
    })
    void aRefusalIsToldWithItsStatusAndACure(String status, String cure) throws Exception {
        assertMessage(refused("HTTP/1.1 " + status + "\r\nContent-Length: 4\r\n\r\npage"), "'/mqtt'", status, cure);
    }

    @Test
    void aRedirectionIsToldWithItsTarget() throws Exception {
        assertMessage(
                refused("HTTP/1.1 301 Moved\r\nLocation: wss://elsewhere/mqtt\r\nContent-Length: 0\r\n\r\n"),
                "wss://elsewhere/mqtt");
    }

    @Test
    void aServerThatSpeaksNoHttpIsToldSo() throws Exception {
        assertMessage(refused(" \u0002\u0000\u0005 this is MQTT\r\n\r\n"), "not HTTP", "scheme mqtt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-WebSocket-Protocol: chat\r\n"})
    void anotherSubprotocolIsRefused(String header) throws Exception {
        RecordingListener listener =
                attemptAnswered(response -> response.replace("Sec-WebSocket-Protocol: mqtt\r\n", header));
        assertMessage(listener, "subprotocol");
        assertFalse(listener.wasConnected());
    }

    @Test
    void aWrongAcceptKeyIsRefused() throws Exception {
        RecordingListener listener =
                attemptAnswered(response -> response.replace("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x"));
        assertMessage(listener, "localhost:");
        assertFalse(listener.wasConnected());
    }

    @Test
    void theBordersOfFramesMeanNothing() throws Exception {
        Opened opened = openUsual();
        byte[] sent = randomBytes(1_000, 1);
        // Three frames of one fragmented message, with a Ping in the middle and an empty one at the end.
        opened.peer().frame(WebSocketPeerConnection.BINARY, Arrays.copyOfRange(sent, 0, 1));
        opened.peer().frame(FINAL | WebSocketPeerConnection.PING, new byte[] {7});
        opened.peer().frame(WebSocketPeerConnection.CONTINUATION, Arrays.copyOfRange(sent, 1, 900));
        opened.peer().frame(FINAL | WebSocketPeerConnection.CONTINUATION, new byte[0]);
        opened.peer().frame(FINAL | WebSocketPeerConnection.BINARY, Arrays.copyOfRange(sent, 900, 1_000));
        assertArrayEquals(sent, opened.listener().awaitBytes(sent.length));
        WebSocketPeerConnection.Frame pong = opened.peer().readFrame();
        assertEquals(WebSocketPeerConnection.PONG, pong.opcode());
        assertArrayEquals(new byte[] {7}, pong.content());
    }

    @Test
    void longWritesAreCutIntoFramesThatServersTake() throws Exception {
        Opened opened = openUsual();
        byte[] sent = randomBytes(200_000, 2);
        TransportConnection connection = opened.connection();
        call(opened.listener(), () -> connection.write(ByteBuffer.wrap(sent)));
        int count = 0;
        while (count < sent.length) {
            WebSocketPeerConnection.Frame frame = opened.peer().readFrame();
            assertTrue(frame.content().length <= 65_535, "a frame of " + frame.content().length + " bytes");
            assertArrayEquals(Arrays.copyOfRange(sent, count, count + frame.content().length), frame.content());
            count += frame.content().length;
        }
    }

    @Test
    void aTextFrameEndsTheConnectionAndSaysWhy() throws Exception {
        Opened opened = openUsual();
        opened.peer().frame(FINAL | WebSocketPeerConnection.TEXT, "hello".getBytes(StandardCharsets.UTF_8));
        assertEquals(1003, opened.peer().readFrame().closeCode());
        assertMessage(opened.listener(), "text frame", "binary", "'/mqtt'");
        assertEquals(0, opened.listener().receivedCount());
    }

    @Test
    void aFrameThatIsTooLargeEndsTheConnectionBeforeItIsRead() throws Exception {
        options = options.withMaximumFrameBytes(1_000);
        Opened opened = openUsual();
        opened.peer().frame(FINAL | WebSocketPeerConnection.BINARY, new byte[1_000]);
        opened.listener().awaitBytes(1_000);
        opened.peer().frame(FINAL | WebSocketPeerConnection.BINARY, new byte[1_001]);
        assertMessage(opened.listener(), "larger than the maximum frame size", "1000");
    }

    @Test
    void aMaskedFrameOfTheServerEndsTheConnection() throws Exception {
        Opened opened = openUsual();
        opened.peer().rawBytes(FINAL | WebSocketPeerConnection.BINARY, 0x81, 1, 2, 3, 4, 5);
        assertMessage(opened.listener(), "WebSocket does not allow");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001})
    void aCloseInOrderIsAnsweredAndNoFailure(int code) throws Exception {
        Opened opened = openUsual();
        opened.peer().closeFrame(code, "bye");
        assertEquals(code, opened.peer().readFrame().closeCode());
        assertEquals(Optional.empty(), opened.listener().awaitClosed());
    }

    @Test
    void aCloseWithAnErrorIsToldWithItsCodeAndItsWords() throws Exception {
        Opened opened = openUsual();
        opened.peer().closeFrame(1008, "not today");
        assertEquals(1008, opened.peer().readFrame().closeCode());
        assertMessage(opened.listener(), "1008", "policy", "not today");
    }

    @Test
    void ourCloseIsACloseFrame() throws Exception {
        Opened opened = openUsual();
        TransportConnection connection = opened.connection();
        call(opened.listener(), connection::close);
        assertEquals(1000, opened.peer().readFrame().closeCode());
        opened.peer().awaitEnd();
    }

    @Test
    void pingsAreSentWhenAskedFor() throws Exception {
        options = options.withPingInterval(Duration.ofSeconds(1));
        Opened opened = openUsual();
        for (int i = 0; i < 2; i++) {
            assertEquals(WebSocketPeerConnection.PING, opened.peer().readFrame().opcode());
            opened.peer().frame(FINAL | WebSocketPeerConnection.PONG, new byte[0]);
        }
        assertEquals(0, opened.listener().receivedCount());
    }

    @Test
    void aLinkThatDiesInTheMiddleOfAFrameIsTold() throws Exception {
        Opened opened = openUsual();
        opened.peer().rawBytes(FINAL | WebSocketPeerConnection.BINARY, 100, 1, 2, 3);
        opened.peer().reset();
        assertMessage(opened.listener(), "localhost:", "reset");
        assertEquals(0, opened.listener().receivedCount());
    }

    @Test
    void compressionIsOfferedWhenAskedForAndMayBeDeclined() throws Exception {
        options = options.withCompression(true);
        Opened opened = openUsual();
        assertTrue(
                opened.server().requestHeaders().get("sec-websocket-extensions").contains("permessage-deflate"));
        opened.peer().write(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, opened.listener().awaitBytes(2));
    }

    @Test
    void whatBothSidesAgreedToCompressIsCompressed() throws Exception {
        options = options.withCompression(true);
        byte[] content = "the same again and again. ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        WebSocketPeerServer server = ((WebSocketPeerServer) newPeer())
                .answering(response ->
                        response.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
        RecordingListener listener = newListener();
        connect(server.uri(), TIMEOUT, listener);
        try (WebSocketPeerConnection peer = server.accept()) {
            TransportConnection connection = listener.awaitConnected();
            peer.frame(FINAL | WebSocketPeerConnection.COMPRESSED | WebSocketPeerConnection.BINARY, deflated(content));
            assertArrayEquals(content, listener.awaitBytes(content.length));
            call(listener, () -> connection.write(ByteBuffer.wrap(content)));
            WebSocketPeerConnection.Frame frame = peer.readFrame();
            assertTrue(frame.isCompressed());
            assertTrue(frame.content().length < content.length / 10, () -> frame.content().length + " bytes");
            assertArrayEquals(content, inflated(frame.content(), content.length));
        }
        listener.awaitClosed();
    }

    /** RFC 7692, section 7.2.1: without the empty block by which a flush ends. */
    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        byte[] buffer = new byte[content.length];
        int count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(buffer, count - 4);
    }

    private static byte[] inflated(byte[] compressed, int length) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(compressed);
        byte[] content = new byte[length];
        int count = inflater.inflate(content);
        inflater.end();
        return Arrays.copyOf(content, count);
    }

    @Test
    void anUnderscoreInAHostNameDoesNotMatter() {
        assertEquals(
                new Handshake("my_host:8080", "/x"),
                Handshake.of(URI.create("ws://my_host:8080/x"), new Scheme(80, false)));
    }

    @Test
    void anAddressOfIpv6IsInBrackets() {
        assertEquals(
                new Handshake("[::1]:8080", "/x"),
                Handshake.of(URI.create("ws://[::1]:8080/x"), new Scheme(80, false)));
    }

    private Opened openUsual() throws Exception {
        return openAt("/mqtt");
    }

    private Opened openAt(String target) throws Exception {
        WebSocketPeerServer server = (WebSocketPeerServer) newPeer();
        RecordingListener listener = newListener();
        connect(URI.create("ws://localhost:" + server.uri().getPort() + target), TIMEOUT, listener);
        WebSocketPeerConnection peer = server.accept();
        listener.awaitConnected();
        return new Opened(listener, server, peer);
    }

    private RecordingListener attempt(URI uri) throws Exception {
        RecordingListener listener = newListener();
        connect(uri, TIMEOUT, listener);
        return listener;
    }

    private RecordingListener refused(String response) throws Exception {
        return attemptAnswered(agreed -> response);
    }

    private RecordingListener attemptAnswered(UnaryOperator<String> change) throws Exception {
        WebSocketPeerServer server = ((WebSocketPeerServer) newPeer()).answering(change);
        CompletableFuture<WebSocketPeerConnection> peer = inBackground(server::accept);
        RecordingListener listener = attempt(server.uri());
        listener.awaitClosed();
        peer.get(20, TimeUnit.SECONDS).reset();
        return listener;
    }

    private static void assertMessage(RecordingListener listener, String... parts) throws Exception {
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        for (String part : parts) {
            assertTrue(String.valueOf(cause.getMessage()).contains(part), () -> part + " is not in " + cause);
        }
    }
}
