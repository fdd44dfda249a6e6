package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.SocketOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SocketOptionsTest extends NettyFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private SocketOptions options = SocketOptions.DEFAULT;

    @Override
    protected TransportOptions options() {
        return TransportOptions.DEFAULT.withSocket(options);
    }

    @Test
    void smallPacketsGoAtOnceAndIdleConnectionsAreCheckedByDefault() throws Exception {
        Channel channel = channel();
        assertTrue(channel.config().getOption(ChannelOption.TCP_NODELAY));
        assertTrue(channel.config().getOption(ChannelOption.SO_KEEPALIVE));
    }

    @Test
    void bothCanBeSwitchedOff() throws Exception {
        options = options.withTcpNoDelay(false).withTcpKeepAlive(false);
        Channel channel = channel();
        assertFalse(channel.config().getOption(ChannelOption.TCP_NODELAY));
        assertFalse(channel.config().getOption(ChannelOption.SO_KEEPALIVE));
    }

    @Test
    void theBuffersHaveTheSizesThatWereAskedFor() throws Exception {
        options = options.withSendBufferBytes(20_000).withReceiveBufferBytes(30_000);
        Channel channel = channel();
        // Linux doubles what it is told, for its own bookkeeping.
        int sending = channel.config().getOption(ChannelOption.SO_SNDBUF);
        int receiving = channel.config().getOption(ChannelOption.SO_RCVBUF);
        assertTrue(sending >= 20_000 && sending <= 40_000, "sends with " + sending);
        assertTrue(receiving >= 30_000 && receiving <= 60_000, "receives with " + receiving);
    }

    @Test
    void theConnectionComesFromTheLocalAddress() throws Exception {
        // On Linux all of 127.0.0.0/8 is this machine; elsewhere only the first one is.
        InetAddress local =
                InetAddress.getByName(System.getProperty("os.name").equals("Linux") ? "127.0.0.9" : "127.0.0.1");
        options = options.withLocalAddress(new InetSocketAddress(local, 0));
        SocketPeerServer server = (SocketPeerServer) newPeer();
        RecordingListener listener = newListener();
        connect(server.uri(), TIMEOUT, listener);
        try (Socket peer = server.acceptRaw()) {
            assertEquals(local, peer.getInetAddress());
            listener.awaitConnected();
        }
    }

    @Test
    void aLocalAddressThatIsNotOfThisMachineIsToldSo() throws Exception {
        // RFC 5737 keeps this one for documentation.
        options = options.withLocalAddress(new InetSocketAddress("192.0.2.1", 0));
        RecordingListener listener = newListener();
        connect(newPeer().uri(), TIMEOUT, listener);
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        assertTrue(String.valueOf(cause.getMessage()).contains("local address '192.0.2.1'"), cause::toString);
    }

    @Test
    void sizesThatMakeNoSenseAreRefusedAtTheCall() {
        assertThrows(IllegalArgumentException.class, () -> options.withSendBufferBytes(0));
        assertThrows(IllegalArgumentException.class, () -> options.withReceiveBufferBytes(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> options.withLocalAddress(InetSocketAddress.createUnresolved("somewhere", 0)));
    }

    private Channel channel() throws Exception {
        return ((NettyConnection) open().connection()).channel();
    }
}
