package dev.aldis.mqtt.examples.pipe;

import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;

/** The contract of every transport, on the example. */
class PipeTransportContractTest extends TransportContractTest {

    @Override
    protected TransportProvider provider() {
        return new PipeTransportProvider();
    }

    @Override
    protected PeerServer startPeer() {
        return new PipePeerServer();
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
