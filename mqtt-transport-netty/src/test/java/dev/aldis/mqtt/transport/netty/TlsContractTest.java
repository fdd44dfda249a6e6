package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.spi.transport.testkit.TransportContractTest;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;

class TlsContractTest extends TransportContractTest {

    @Override
    protected TransportProvider provider() {
        return new NettyTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return SocketPeerServer.secured("mqtts", TestCertificates.shared().serverContext(TestCertificates.SERVER));
    }

    @Override
    protected TlsOptions tlsOptions() {
        try {
            return TlsOptions.DEFAULT.withTrustedCertificates(
                    TestCertificates.shared().chainPem(TestCertificates.AUTHORITY));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected boolean needsAnAnswerToConnect() {
        return true;
    }
}
