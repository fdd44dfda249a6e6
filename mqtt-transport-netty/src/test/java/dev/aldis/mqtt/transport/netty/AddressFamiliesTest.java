package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of IPv4 and of IPv6, by their addresses and behind one name. */
@Timeout(60)
class AddressFamiliesTest extends NettyFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void aServerIsReachedByItsAddress(String address) throws Exception {
        try (ServerSocket server = server(address)) {
            String host = address.equals(IPV6) ? "[" + address + "]" : address;
            RecordingListener listener = newListener();
            connect(URI.create("mqtt://" + host + ":" + server.getLocalPort()), TIMEOUT, listener);
            assertAccepted(server, listener);
        }
    }

    @Test
    void aRefusalOfAnAddressOfIpv6NamesItInBrackets() throws Exception {
        int port;
        try (ServerSocket gone = server(IPV6)) {
            port = gone.getLocalPort();
        }
        RecordingListener listener = newListener();
        connect(URI.create("mqtt://[::1]:" + port), TIMEOUT, listener);
        String message = String.valueOf(listener.awaitClosed().orElseThrow().getMessage());
        assertTrue(message.contains("[::1]:" + port + " was refused"), message);
        assertFalse(listener.wasConnected());
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void aServerOfOneFamilyBehindANameOfBothIsReached(String address) throws Exception {
        assumeIpv6();
        try (ServerSocket server = server(address)) {
            TransportRequest request =
                    new TransportRequest(URI.create("mqtt://host.of.the.test"), TransportOptions.DEFAULT, TIMEOUT);
            HostLookup lookup = host -> new InetAddress[] {address(IPV6), address(IPV4)};
            RecordingListener listener = newListener();
            HostAddress name = new HostAddress("host.of.the.test", server.getLocalPort());
            NettyTransport.connect(new Endpoint(name, false, null, request, lookup), loop(), listener);
            assertAccepted(server, listener);
        }
    }

    private void assertAccepted(ServerSocket server, RecordingListener listener) throws Exception {
        try (Socket peer = server.accept()) {
            listener.awaitConnected();
            assertEquals(server.getInetAddress(), peer.getInetAddress());
            peer.getOutputStream().write(7);
            assertEquals(7, listener.awaitBytes(1)[0]);
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
    }

    private static ServerSocket server(String address) throws IOException {
        if (address.equals(IPV6)) {
            assumeIpv6();
        }
        ServerSocket server = new ServerSocket(0, 1, address(address));
        server.setSoTimeout(20_000);
        return server;
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getAllByName(literal)[0];
    }

    private static void assumeIpv6() {
        boolean there;
        try (ServerSocket server = new ServerSocket(0, 1, address(IPV6))) {
            there = server.isBound();
        } catch (IOException notHere) {
            there = false;
        }
        assumeTrue(there, "this machine has no IPv6");
    }
}
