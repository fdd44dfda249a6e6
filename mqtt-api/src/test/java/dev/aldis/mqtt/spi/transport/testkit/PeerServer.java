package dev.aldis.mqtt.spi.transport.testkit;

import java.io.IOException;
import java.net.URI;

/** The other side of the transport under test: a server on the loopback address whose every move a test decides. */
public interface PeerServer extends AutoCloseable {

    /** Where it listens, in the scheme under test. */
    URI uri();

    /**
     * Waits, some seconds at most, for a connection, and does what is needed until both sides can send.
     *
     * @throws IOException if none came, or the two sides could not agree
     */
    PeerConnection accept() throws IOException;

    /** Stops listening; afterwards the port refuses connections. */
    @Override
    void close() throws IOException;
}
