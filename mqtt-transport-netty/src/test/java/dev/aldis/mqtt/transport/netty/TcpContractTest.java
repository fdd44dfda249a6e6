package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;

class TcpContractTest extends TransportContractTest {

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
}
