package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;

class WebSocketContractTest extends TransportContractTest {

    @Override
    protected TransportProvider provider() {
        return new WebSocketTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return new WebSocketPeerServer(null);
    }

    @Override
    protected boolean needsAnAnswerToConnect() {
        return true;
    }
}
