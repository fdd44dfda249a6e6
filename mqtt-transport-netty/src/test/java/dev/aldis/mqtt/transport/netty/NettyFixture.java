package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportFixture;

/** Connections of the Netty transport to a server without TLS, unless a test says otherwise. */
abstract class NettyFixture extends TransportFixture {

    @Override
    protected TransportProvider provider() {
        return new NettyTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return SocketPeerServer.plain("mqtt");
    }
}
