package dev.aldis.mqtt.spi.transport;

import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;

/** The contract can be kept without Netty. */
class ThreadedTransportContractTest extends TransportContractTest {

    @Override
    protected TransportProvider provider() {
        return new ThreadedTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return SocketPeerServer.plain(ThreadedTransportProvider.SCHEME);
    }

    @Override
    protected boolean needsAnAnswerToConnect() {
        return false;
    }
}
