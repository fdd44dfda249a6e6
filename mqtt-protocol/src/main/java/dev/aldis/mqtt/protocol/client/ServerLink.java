package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportListener;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One Network Connection, from the attempt to its end. What a link that is not the present one still says is ignored. */
final class ServerLink implements TransportListener, PacketSink {

    private static final String TORN =
            "The server closed the connection in the middle of a Control Packet: it, or something"
                    + " between, was stopped or broke down";

    private final ClientLoop loop;
    private final PacketDecoder decoder;
    private @Nullable TransportConnection connection;
    private @Nullable TransportAttempt attempt;
    private @Nullable Connect connect;
    private boolean closing;
    private boolean ended;
    private boolean refused;

    /** When the bytes came that are being decoded: the clock is read once for all their packets. */
    private long receivedNanos;

    ServerLink(ClientLoop loop, DecoderOptions options) {
        this.loop = loop;
        this.decoder = new PacketDecoder(options);
    }

    void setAttempt(TransportAttempt value) {
        attempt = value;
        if (closing && connection == null) {
            value.cancel();
        }
    }

    /** What is said first. */
    void setConnect(Connect packet) {
        connect = packet;
    }

    /** Whether the link has ended or is about to. */
    boolean isClosing() {
        return closing;
    }

    /** The open connection, or null. */
    @Nullable
    TransportConnection connection() {
        return closing ? null : connection;
    }

    void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (connection != null) {
            connection.close();
        } else if (attempt != null) {
            attempt.cancel();
        } else {
            // The transport has not heard of it yet, so that nobody else tells the end.
            loop.eventLoop().execute(() -> closed(null));
        }
    }

    @Override
    public void connected(TransportConnection open) {
        connection = open;
        if (closing) {
            open.close();
            return;
        }
        Connect packet = connect;
        if (packet == null) {
            throw new IllegalStateException("The transport connected before it was asked to");
        }
        loop.handleConnected(packet);
    }

    @Override
    public void received(ByteBuffer bytes) {
        if (closing || refused) {
            return;
        }
        try {
            receivedNanos = System.nanoTime();
            loop.observation().receivedBytes(bytes.remaining());
            decoder.decode(bytes, this);
            loop.controlReading();
        } catch (PeerViolation violation) {
            refused = true;
            loop.handleViolation(violation);
        } catch (RuntimeException | Error bug) {
            // The transport would take it for its own and end the connection, and the client would go on.
            refused = true;
            loop.failLoudly(bug);
        }
        loop.scheduleTurn();
    }

    @Override
    public void packet(ControlPacket packet) {
        loop.observation().received(packet);
        Authenticator authenticator = loop.authenticator();
        if (authenticator != null && !authenticator.verify(packet)) {
            return; // The application does not believe the server.
        }
        loop.engine().handlePacket(packet, receivedNanos, System.currentTimeMillis());
    }

    @Override
    public void success(PacketType type, int packetIdentifier) {
        loop.observation().receivedSuccess(type, packetIdentifier);
        loop.engine().handleSuccess(type, packetIdentifier, receivedNanos);
    }

    @Override
    public void writabilityChanged(boolean writable) {
        if (writable) {
            loop.scheduleTurn();
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        boolean byPeer = !closing;
        closing = true;
        if (ended) {
            return;
        }
        ended = true;
        boolean torn = cause == null && byPeer && decoder.isInsidePacket();
        loop.handleClosed(this, torn ? new ConnectionException(TORN, (Throwable) null) : cause);
    }
}
