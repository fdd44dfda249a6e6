package dev.aldis.mqtt.transport.netty;

/** How far an attempt to connect has come. From every phase but {@link #OPEN} the next address may lead back to {@link #CONNECTING}. */
enum ConnectPhase {
    /** The name is being looked up, the files for TLS are being read. */
    LOOKING_UP("looking up the host name"),
    /** One of the addresses is being connected to. */
    CONNECTING("connecting"),
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
