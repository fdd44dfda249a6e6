package dev.aldis.mqtt.api;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options of the TCP sockets of a client. They have no meaning for {@code mqtt+unix}, except for the sizes of the buffers.
 * Immutable.
 */
public final class SocketOptions {

    /** Sends small packets without delay, TCP keep-alive on, buffers and local address as the system chooses. */
    public static final SocketOptions DEFAULT = new SocketOptions(true, true, 0, 0, null);

    private final boolean tcpNoDelay;
    private final boolean tcpKeepAlive;
    private final int sendBufferBytes;
    private final int receiveBufferBytes;
    private final @Nullable InetSocketAddress localAddress;

    private SocketOptions(
            boolean tcpNoDelay,
            boolean tcpKeepAlive,
            int sendBufferBytes,
            int receiveBufferBytes,
            @Nullable InetSocketAddress localAddress) {
        this.tcpNoDelay = tcpNoDelay;
        this.tcpKeepAlive = tcpKeepAlive;
        this.sendBufferBytes = sendBufferBytes;
        this.receiveBufferBytes = receiveBufferBytes;
        this.localAddress = localAddress;
    }

    /**
     * Sends small packets at once (TCP_NODELAY) or lets the system collect them. At once by default.
     *
     * @param flag true for at once
     * @return new options
     */
    public SocketOptions withTcpNoDelay(boolean flag) {
        return new SocketOptions(flag, tcpKeepAlive, sendBufferBytes, receiveBufferBytes, localAddress);
    }

    /**
     * Lets the system find out whether an idle connection is still there (SO_KEEPALIVE), beside the Keep Alive of MQTT. On
     * by default.
     *
     * @param flag true for on
     * @return new options
     */
    public SocketOptions withTcpKeepAlive(boolean flag) {
        return new SocketOptions(tcpNoDelay, flag, sendBufferBytes, receiveBufferBytes, localAddress);
    }

    /**
     * Sets how much the system buffers on the way out (SO_SNDBUF).
     *
     * @param bytes 1 or more; a hint that the system may round
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public SocketOptions withSendBufferBytes(int bytes) {
        return new SocketOptions(
                tcpNoDelay, tcpKeepAlive, positive("send buffer", bytes), receiveBufferBytes, localAddress);
    }

    /**
     * Sets how much the system buffers on the way in (SO_RCVBUF).
     *
     * @param bytes 1 or more; a hint that the system may round
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public SocketOptions withReceiveBufferBytes(int bytes) {
        return new SocketOptions(
                tcpNoDelay, tcpKeepAlive, sendBufferBytes, positive("receive buffer", bytes), localAddress);
    }

    /**
     * Connects from this address of the machine.
     *
     * @param address an address of this machine; the port 0 lets the system choose one
     * @return new options
     * @throws IllegalArgumentException if it is the unresolved name of a host
     */
    public SocketOptions withLocalAddress(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("The local address '" + address.getHostString()
                    + "' is not an address: give one of this machine's addresses");
        }
        return new SocketOptions(
                tcpNoDelay, tcpKeepAlive, sendBufferBytes, receiveBufferBytes, Objects.requireNonNull(address));
    }

    private static int positive(String what, int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "The " + what + " of " + bytes + " bytes is out of range: use 1 or more");
        }
        return bytes;
    }

    /**
     * Whether small packets are sent at once.
     *
     * @return true by default
     */
    public boolean tcpNoDelay() {
        return tcpNoDelay;
    }

    /**
     * Whether the system checks idle connections.
     *
     * @return true by default
     */
    public boolean tcpKeepAlive() {
        return tcpKeepAlive;
    }

    /**
     * How much the system buffers on the way out.
     *
     * @return bytes; 0 for what the system chooses
     */
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    /**
     * How much the system buffers on the way in.
     *
     * @return bytes; 0 for what the system chooses
     */
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    /**
     * Where connections come from.
     *
     * @return the address; empty for what the system chooses
     */
    public Optional<InetSocketAddress> localAddress() {
        return Optional.ofNullable(localAddress);
    }
}
