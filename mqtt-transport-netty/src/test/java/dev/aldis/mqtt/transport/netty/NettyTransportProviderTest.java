package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportProviders;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyTransportProviderTest {

    @Test
    void testsRunInTheNamedModule() {
        assertEquals(
                "dev.aldis.mqtt.transport.netty",
                NettyTransportProvider.class.getModule().getName());
    }

    @Test
    void descriptorAndServiceFileNameTheSameProviders() throws Exception {
        Set<String> provided = NettyTransportProvider.class.getModule().getDescriptor().provides().stream()
                .filter(provides -> provides.service().equals(TransportProvider.class.getName()))
                .flatMap(provides -> provides.providers().stream())
                .collect(Collectors.toSet());
        assertEquals(Set.of(NettyTransportProvider.class.getName()), provided);
        try (InputStream file = NettyTransportProvider.class
                .getModule()
                .getResourceAsStream("META-INF/services/" + TransportProvider.class.getName())) {
            assertNotNull(file);
            Set<String> listed = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toSet());
            assertEquals(provided, listed);
        }
    }

    @Test
    void theProviderIsFoundByItsScheme() {
        assertInstanceOf(NettyTransportProvider.class, TransportProviders.forScheme("mqtt"));
    }

    @Test
    void bytesGoThereAndBack() throws Exception {
        NettyTransportProvider provider = new NettyTransportProvider();
        EventLoop loop = provider.acquireEventLoop();
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> end = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TransportListener listener = new TransportListener() {
                @Override
                public void connected(TransportConnection connection) {
                    connection.write(ByteBuffer.wrap("ping".getBytes(StandardCharsets.UTF_8)));
                }

                @Override
                public void received(ByteBuffer bytes) {
                    answer.complete(StandardCharsets.UTF_8.decode(bytes).toString());
                }

                @Override
                public void writabilityChanged(boolean writable) {}

                @Override
                public void closed(Throwable cause) {
                    end.complete(String.valueOf(cause));
                }
            };
            provider.connect(request("mqtt://127.0.0.1:" + server.getLocalPort()), loop, listener);
            try (Socket peer = server.accept()) {
                assertEquals("ping", new String(peer.getInputStream().readNBytes(4), StandardCharsets.UTF_8));
                peer.getOutputStream().write("pong".getBytes(StandardCharsets.UTF_8));
                assertEquals("pong", answer.get(20, TimeUnit.SECONDS));
            }
            assertEquals("null", end.get(20, TimeUnit.SECONDS));
        } finally {
            loop.release();
        }
    }

    @Test
    void aSchemeOfAnotherProviderIsACallersMistake() {
        NettyTransportProvider provider = new NettyTransportProvider();
        EventLoop loop = provider.acquireEventLoop();
        try {
            assertThrows(
                    IllegalArgumentException.class, () -> provider.connect(request("http://localhost"), loop, null));
        } finally {
            loop.release();
        }
    }

    private static TransportRequest request(String uri) {
        return new TransportRequest(URI.create(uri), TransportOptions.DEFAULT, Duration.ofSeconds(20));
    }
}
