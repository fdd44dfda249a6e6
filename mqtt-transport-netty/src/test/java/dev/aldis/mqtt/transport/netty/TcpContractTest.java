package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TcpContractTest extends TransportContractTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Override
    protected TransportProvider provider() {
        return new NettyTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return SocketPeerServer.plain("mqtt");
    }

    @Override
    protected boolean needsAnAnswerToConnect() {
        return false;
    }

    /** In a system that tells of changes, both are one change before the first read. */
    @Test
    void aResetThatArrivesTogetherWithTheFirstBytesIsTold() throws Exception {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        PeerServer server = newPeer();
        RecordingListener listener = newListener().onConnected(connection -> sent.join());
        connect(server.uri(), TIMEOUT, listener);
        try {
            PeerConnection peer = server.accept();
            peer.write(new byte[] {1, 2, 3});
            peer.reset();
        } finally {
            sent.complete(null);
        }
        assertInstanceOf(ConnectionException.class, listener.awaitClosed().orElseThrow());
    }
}
