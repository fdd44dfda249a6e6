package dev.aldis.mqtt.transport.netty;

/** How far an attempt to connect has come. From every phase but {@link #OPEN} the next address may lead back to {@link #CONNECTING}. */
enum ConnectPhase {
    /** The name is being looked up, the files for TLS are being read. */
    LOOKING_UP("looking up the host name"),
    /** TCP is connecting to one of the addresses. */
    CONNECTING("connecting"),
    /** The TLS handshake is under way. */
    SECURING("the TLS handshake"),
    /** The listener has its connection. */
    OPEN("the connection was in use");

    private final String words;

    ConnectPhase(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
