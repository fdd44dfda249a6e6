package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that follows the standard to the letter, for one client, and complains about each step of the client that does
 * not. It uses Packet Identifiers again as soon as it may, which is how a client that forgets them too late or too early is
 * found out.
 */
final class SimulatedServer {

    /** One message on its way to the client. */
    private static final class Sending {
        final Message message;
        int identifier;
        boolean sent;
        boolean released;
        boolean sentNow;

        Sending(Message message) {
            this.message = message;
        }
    }

    /** What the server keeps of a client. */
    private static final class Session {
        final TreeSet<Integer> received = new TreeSet<>();
        final List<Sending> sending = new ArrayList<>();
        boolean subscribed;
    }

    private final ProtocolVersion version;
    private final int receiveMaximum;
    private final Ledger ledger;
    private final Consumer<ControlPacket> send;

    private @Nullable Session session;
    private boolean connected;
    private boolean greeted;
    private int clientReceiveMaximum;
    private int receiving;
    private final Deque<Integer> unansweredQos1 = new ArrayDeque<>();
    private final Deque<Integer> unansweredQos2 = new ArrayDeque<>();
    private final Deque<Integer> unreleased = new ArrayDeque<>();

    SimulatedServer(ProtocolVersion version, int receiveMaximum, Ledger ledger, Consumer<ControlPacket> send) {
        this.version = version;
        this.receiveMaximum = receiveMaximum;
        this.ledger = ledger;
        this.send = send;
    }

    boolean isSubscribed() {
        Session present = session;
        return present != null && present.subscribed;
    }

    boolean isConnected() {
        return greeted;
    }

    /** Whether nothing is on its way to the client. */
    boolean isQuiet() {
        Session present = session;
        return present == null || (present.sending.isEmpty() && present.received.isEmpty());
    }

    /** The session is gone, as after a restart of a server without persistence. */
    void loseSession() {
        if (connected) {
            throw new AssertionError("[MQTT-4.1.0-1] forbids it");
        }
        Session lost = session;
        if (lost != null) {
            lost.sending.stream().filter(one -> !one.released).forEach(one -> ledger.lostByServer(one.message));
        }
        session = null;
    }

    void handleConnected() {
        connected = true;
        greeted = false;
        receiving = 0;
        unansweredQos1.clear();
        unansweredQos2.clear();
        unreleased.clear();
    }

    void handleClosed() {
        connected = false;
        greeted = false;
        Session present = session;
        if (present != null) {
            present.sending.forEach(one -> one.sentNow = false);
        }
    }

    void handlePacket(ControlPacket packet) {
        Session present = session;
        if (packet instanceof Connect connect) {
            handleConnect(connect);
        } else if (!greeted || present == null) {
            throw broken(packet + " comes before CONNECT");
        } else {
            handlePacket(packet, present);
        }
        pump();
    }

    private static AssertionError broken(String what) {
        return new AssertionError("The client broke the protocol: " + what);
    }

    private void handlePacket(ControlPacket packet, Session present) {
        switch (packet.type()) {
            case PUBLISH -> handlePublish((Publish) packet, present);
            case PUBREL -> handlePubRel((PubRel) packet, present);
            case PUBACK -> handlePubAck((PubAck) packet, present);
            case PUBREC -> handlePubRec((PubRec) packet, present);
            case PUBCOMP -> handlePubComp(((PubComp) packet).packetIdentifier(), present);
            case SUBSCRIBE -> {
                present.subscribed = true;
                int identifier = ((Subscribe) packet).packetIdentifier();
                send.accept(new SubAck(identifier, List.of(ReasonCode.GRANTED_QOS_2), Diagnostics.NONE));
            }
            case PINGREQ -> send.accept(PingResp.INSTANCE);
            case DISCONNECT -> {}
            case CONNECT, CONNACK, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGRESP, AUTH -> throw broken(packet.toString());
        }
    }

    private void handleConnect(Connect connect) {
        if (greeted) {
            throw broken("A second CONNECT");
        }
        if (connect.cleanStart() && session != null) {
            Session ended = session;
            ended.sending.stream().filter(one -> !one.released).forEach(one -> ledger.lostByServer(one.message));
            session = null;
        }
        boolean sessionPresent = session != null;
        Session present = session == null ? new Session() : session;
        session = present;
        greeted = true;
        clientReceiveMaximum = connect.properties().receiveMaximum();
        ServerLimits limits = new ServerLimits(
                version == ProtocolVersion.MQTT_5 ? receiveMaximum : 65_535,
                ServerLimits.NONE.maximumPacketSizeBytes(),
                0,
                QoS.EXACTLY_ONCE,
                true,
                true,
                true,
                true);
        ConnAckProperties properties = new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE);
        send.accept(new ConnAck(sessionPresent && version != ProtocolVersion.MQTT_3_1, ReasonCode.SUCCESS, properties));
        for (Sending one : present.sending) {
            if (one.released) {
                send.accept(PubRel.success(one.identifier));
            } else if (one.sent) {
                sendPublish(one, true);
            }
        }
    }

    private void sendPublish(Sending one, boolean duplicate) {
        one.sent = true;
        one.sentNow = true;
        (one.message.qos() == QoS.AT_LEAST_ONCE ? unansweredQos1 : unansweredQos2).addLast(one.identifier);
        send.accept(new Publish(one.message, one.identifier, duplicate, 0, List.of()));
    }

    // --- from the client

    private void handlePublish(Publish packet, Session present) {
        Message message = packet.message();
        int identifier = packet.packetIdentifier();
        switch (message.qos()) {
            case AT_MOST_ONCE -> ledger.arrived(message);
            case AT_LEAST_ONCE -> {
                countReceiving();
                ledger.arrived(message);
                receiving--;
                send.accept(PubAck.success(identifier));
            }
            case EXACTLY_ONCE -> {
                boolean known = !present.received.add(identifier);
                if (known && !packet.duplicate()) {
                    throw broken("Packet Identifier " + identifier + " is in use, and PUBLISH without DUP has it");
                }
                countReceiving();
                if (!known) {
                    ledger.arrived(message);
                }
                unreleased.addLast(identifier);
                send.accept(PubRec.success(identifier));
            }
        }
    }

    private void countReceiving() {
        receiving++;
        if (version == ProtocolVersion.MQTT_5 && receiving > receiveMaximum) {
            throw broken(receiving + " messages are under way, Receive Maximum is " + receiveMaximum);
        }
    }

    private void handlePubRel(PubRel packet, Session present) {
        int identifier = packet.packetIdentifier();
        if (unreleased.contains(identifier)) {
            if (unreleased.removeFirst() != identifier) {
                throw broken("[MQTT-4.6.0-4] PUBREL " + identifier + " is out of order");
            }
            receiving--;
        }
        boolean known = present.received.remove(identifier);
        ReasonCode code = known || version != ProtocolVersion.MQTT_5
                ? ReasonCode.SUCCESS
                : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        send.accept(new PubComp(identifier, code, Diagnostics.NONE));
    }

    // --- to the client

    /** Takes a message from another client; false if nobody wants it. */
    boolean publish(Message message) {
        Session present = session;
        if (present == null || !present.subscribed) {
            return false;
        }
        present.sending.add(new Sending(message));
        pump();
        return true;
    }

    private void pump() {
        Session present = session;
        if (!greeted || present == null) {
            return;
        }
        long underWay = present.sending.stream().filter(one -> one.sent).count();
        for (Sending one : List.copyOf(present.sending)) {
            if (one.sent) {
                continue;
            }
            if (one.message.qos() == QoS.AT_MOST_ONCE) {
                present.sending.remove(one);
                send.accept(new Publish(one.message, 0, false, 0, List.of()));
                continue;
            }
            if (underWay >= clientReceiveMaximum) {
                return;
            }
            underWay++;
            one.identifier = freeIdentifier(present);
            sendPublish(one, false);
        }
    }

    private static int freeIdentifier(Session present) {
        for (int candidate = 1; ; candidate++) {
            int identifier = candidate;
            if (present.sending.stream().noneMatch(one -> one.identifier == identifier)) {
                return identifier;
            }
        }
    }

    private static Sending find(Session present, int identifier, String packet) {
        return present.sending.stream()
                .filter(one -> one.sent && one.identifier == identifier)
                .findFirst()
                .orElseThrow(() -> broken(packet + " for Packet Identifier " + identifier + ", which is not in use"));
    }

    private void handlePubAck(PubAck packet, Session present) {
        int identifier = packet.packetIdentifier();
        Sending one = find(present, identifier, "PUBACK");
        if (!Integer.valueOf(identifier).equals(unansweredQos1.pollFirst())) {
            throw broken("[MQTT-4.6.0-2] PUBACK " + identifier + " is out of order");
        }
        present.sending.remove(one);
        settle(one, packet.reasonCode());
    }

    private void settle(Sending one, ReasonCode code) {
        if (code.isError()) {
            ledger.refusedByClient(one.message);
        } else {
            ledger.owned(one.message);
        }
    }

    private void handlePubRec(PubRec packet, Session present) {
        int identifier = packet.packetIdentifier();
        Sending one = find(present, identifier, "PUBREC");
        if (!Integer.valueOf(identifier).equals(unansweredQos2.pollFirst())) {
            throw broken("[MQTT-4.6.0-3] PUBREC " + identifier + " is out of order");
        }
        settle(one, packet.reasonCode());
        if (packet.reasonCode().isError()) {
            present.sending.remove(one);
            return;
        }
        one.released = true;
        send.accept(PubRel.success(identifier));
    }

    private void handlePubComp(int identifier, Session present) {
        Sending one = find(present, identifier, "PUBCOMP");
        if (!one.released) {
            throw broken("PUBCOMP " + identifier + " comes before PUBREC");
        }
        present.sending.remove(one);
    }
}
