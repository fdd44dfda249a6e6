package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/** The Network Connections of a simulated world: one at a time, with the client's conduct on it. */
final class WorldNetwork {

    private final WorldSettings settings;
    private final SimulatedLink link;
    private final SimulatedServer server;
    private final ClientConduct conduct;
    private final PacketSink atServer;
    private SimulatedLink.Portion portion = (available, firstPacket) -> firstPacket;
    private boolean opening;
    private boolean linked;
    private boolean closing;
    private boolean halfOpen;
    private boolean written;

    WorldNetwork(WorldSettings settings, ServerChoices choices, Ledger ledger) {
        this.settings = settings;
        this.link = new SimulatedLink(settings.version());
        this.server = new SimulatedServer(settings.version(), choices, ledger, link.toClient::write);
        this.conduct = new ClientConduct(settings);
        this.atServer = server::handlePacket;
    }

    SimulatedServer server() {
        return server;
    }

    ClientConduct conduct() {
        return conduct;
    }

    SimulatedLink.Way toClient() {
        return link.toClient;
    }

    /** Lets bytes arrive in other portions than one packet at a time. */
    void arriveInPortions(SimulatedLink.Portion value) {
        portion = value;
    }

    boolean isLinked() {
        return linked;
    }

    boolean isHalfOpen() {
        return halfOpen;
    }

    /** Whether a connection is there, or is being made or ended. */
    boolean isBusy() {
        return linked || opening || closing;
    }

    boolean canConnect() {
        return opening;
    }

    boolean canClose() {
        return closing && (!linked || halfOpen || link.toServer.isEmpty());
    }

    boolean canArriveAtClient() {
        return linked && !halfOpen && !link.toClient.isEmpty();
    }

    boolean canArriveAtServer() {
        return linked && !halfOpen && !link.toServer.isEmpty();
    }

    boolean hasRoom() {
        return link.toServer.packets() < settings.room();
    }

    // --- what the client asks for

    void open() {
        opening = true;
    }

    void close() {
        conduct.handleClosing();
        if (!linked) {
            opening = false;
        }
        closing = true;
    }

    void send(ControlPacket packet, long nowNanos) {
        Trace.line("  from client", packet);
        if (linked) {
            written = true;
            conduct.sent(packet, nowNanos);
            link.toServer.write(packet);
        }
    }

    void sendPublish(OutboundMessage message, boolean duplicate, long nowNanos) {
        Trace.line("  from client", message, duplicate);
        if (linked) {
            written = true;
            conduct.sentPublish(message, duplicate, nowNanos);
            link.toServer.writePublish(message, duplicate);
        }
    }

    /** Whether something was written since this was asked last. */
    boolean hasWritten() {
        boolean was = written;
        written = false;
        return was;
    }

    // --- what happens

    void connect() {
        opening = false;
        linked = true;
        link.begin();
        server.handleConnected();
        conduct.begin();
    }

    void end() {
        if (linked) {
            server.handleClosed();
        }
        linked = false;
        opening = false;
        closing = false;
        halfOpen = false;
        conduct.handleClosing();
    }

    /** What the server sent arrives; gives what the client cannot read. */
    @Nullable
    PeerViolation arriveAtClient(PacketSink atClient) {
        try {
            link.toClient.arrive(portion, atClient);
            return null;
        } catch (PeerViolation violation) {
            return violation;
        }
    }

    void arriveAtServer() {
        arriveAtServer(portion);
    }

    /** Before the link breaks, some of what the client wrote still arrives. */
    void arriveBeforeEnd() {
        if (canArriveAtServer()) {
            arriveAtServer((available, firstPacket) -> portion.bytes(available, available));
        }
    }

    private void arriveAtServer(SimulatedLink.Portion size) {
        try {
            link.toServer.arrive(size, atServer);
        } catch (PeerViolation violation) {
            throw new AssertionError("The server cannot read what the client wrote", violation);
        }
    }

    /** From now on the link takes bytes and loses them, both ways, and nobody is told. */
    void loseEverything() {
        // Without Keep Alive nobody would ever notice.
        if (linked && settings.keepAliveSeconds() > 0) {
            Trace.line("The link is half open");
            halfOpen = true;
        }
    }
}
