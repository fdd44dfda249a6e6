package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;

import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import org.junit.jupiter.api.BeforeEach;

/** Connections to a server with TLS, whose authority is trusted unless a test says otherwise. */
abstract class TlsFixture extends NettyFixture {

    TestCertificates certificates;
    TlsOptions options;
    String serverCertificate = SERVER;

    @BeforeEach
    void trustTheAuthority() throws Exception {
        certificates = TestCertificates.shared();
        options = TlsOptions.DEFAULT.withTrustedCertificates(certificates.chainPem(AUTHORITY));
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return SocketPeerServer.secured("mqtts", certificates.serverContext(serverCertificate));
    }

    @Override
    protected TlsOptions tlsOptions() {
        return options;
    }
}
