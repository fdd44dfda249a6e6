package dev.aldis.mqtt.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultProxyTest {

    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.to(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void bytesPassInBothDirections() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            client.getOutputStream().write(1);
            assertEquals(1, peer.getInputStream().read());
            peer.getOutputStream().write(2);
            assertEquals(2, client.getInputStream().read());
            assertEquals(1, proxy.links());
        }
    }

    @Test
    void aCutResetsBothSides() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            client.getOutputStream().write(1);
            assertEquals(1, peer.getInputStream().read());
            proxy.cut();
            assertThrows(IOException.class, () -> client.getInputStream().read());
            assertThrows(IOException.class, () -> peer.getInputStream().read());
        }
    }

    @Test
    void aTearEndsTheConnectionInOrderAmidWhatTheServerSays() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            proxy.tearNext();
            client.getOutputStream().write(new byte[] {1, 2});
            assertArrayEquals(new byte[] {1, 2}, peer.getInputStream().readNBytes(2));
            assertEquals(1, proxy.tearsLeft(), "Only what the server says is torn");
            peer.getOutputStream().write(new byte[] {1, 2, 3, 4});
            assertArrayEquals(new byte[] {1, 2}, client.getInputStream().readAllBytes());
            assertEquals(0, proxy.tearsLeft());
            client.getOutputStream().write(new byte[8_192]);
            assertThrows(IOException.class, () -> peer.getInputStream().read());
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void aStallHoldsBytesBackUntilItIsMended() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            proxy.stall();
            client.getOutputStream().write(1);
            peer.setSoTimeout(200);
            assertThrows(
                    SocketTimeoutException.class, () -> peer.getInputStream().read());
            proxy.mend();
            peer.setSoTimeout(10_000);
            assertEquals(1, peer.getInputStream().read());
        }
    }

    @Test
    void oneByteIsChangedAndNoMore() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            proxy.corruptNext();
            client.getOutputStream().write(1);
            assertEquals(1 ^ 0x55, peer.getInputStream().read());
            assertEquals(0, proxy.corruptionsLeft());
            client.getOutputStream().write(1);
            assertEquals(1, peer.getInputStream().read());
        }
    }

    @Test
    void aSlowLinkIsSlowUntilItIsMended() throws IOException {
        try (Socket client = connect();
                Socket peer = server.accept()) {
            proxy.slowDown(Duration.ofMillis(100), 10);
            long begin = System.nanoTime();
            client.getOutputStream().write(new byte[2]);
            assertEquals(2, peer.getInputStream().readNBytes(2).length);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis >= 300, millis + " ms");
            proxy.mend();
            client.getOutputStream().write(new byte[8_192]);
            assertEquals(8_192, peer.getInputStream().readNBytes(8_192).length);
        }
    }

    @Test
    void newConnectionsAreCutUntilTheLinkIsMended() throws IOException {
        proxy.cutForNow();
        try (Socket client = connect()) {
            assertThrows(IOException.class, () -> client.getInputStream().read());
        }
        proxy.mend();
        try (Socket client = connect();
                Socket peer = server.accept()) {
            // The server had accepted the first one before the proxy reset it.
            try (Socket second = server.accept()) {
                client.getOutputStream().write(7);
                assertEquals(7, second.getInputStream().read());
                assertThrows(IOException.class, () -> peer.getInputStream().read());
            }
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(proxy.uri()).getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }
}
