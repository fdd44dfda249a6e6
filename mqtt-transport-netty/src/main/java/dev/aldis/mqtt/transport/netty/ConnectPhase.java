package dev.aldis.mqtt.transport.netty;

/** How far an attempt to connect has come. From every phase but {@link #OPEN} the next address may lead back to {@link #CONNECTING}. */
enum ConnectPhase {
    /** The files for TLS are being read, the name is being looked up. */
    LOOKING_UP("looking up the host name"),
    /** The layer above gets what it needs from the application. */
    PREPARING("waiting for what the application was asked for, such as headers"),
    /** One of the addresses is being connected to. */
    CONNECTING("connecting"),
    /** The proxy is asked to connect to the server. */
    PASSING("waiting for the proxy to connect"),
    /** The TLS handshake is under way. */
    SECURING("doing the TLS handshake"),
    /** The layer above, such as WebSocket, is being agreed on. */
    AGREEING("agreeing on the protocol above"),
    /** The listener has its connection. */
    OPEN("using the connection");

    private final String words;

    ConnectPhase(String words) {
        this.words = words;
    }

    /** Follows the word "while". */
    @Override
    public String toString() {
        return words;
    }
}
