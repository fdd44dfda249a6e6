package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.SingleThreadEventLoop;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;

/** The contract once more, with TLS below and for listeners on the loop of another provider. */
class SecureWebSocketContractTest extends WebSocketContractTest {

    @Override
    protected EventLoop acquireLoop() {
        return SingleThreadEventLoop.start("foreign-loop");
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return new WebSocketPeerServer(TestCertificates.shared().serverContext(TestCertificates.SERVER));
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
}
