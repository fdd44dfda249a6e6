package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;

/** The contract on Unix domain sockets. */
class SocketFileContractTest extends TransportContractTest {

    @Override
    protected TransportProvider provider() {
        return new NettyTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return new SocketFilePeerServer();
    }

    @Override
    protected boolean needsAnAnswerToConnect() {
        return false;
    }

    @Override
    protected boolean usesHostsAndPorts() {
        return false;
    }
}
