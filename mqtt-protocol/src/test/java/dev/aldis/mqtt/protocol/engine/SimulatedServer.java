package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
    private final ServerChoices choices;
    private final Ledger ledger;
    private final Consumer<ControlPacket> send;

    private @Nullable Session session;
    private boolean connected;
    private boolean greeted;
    private boolean ended;
    private int clientReceiveMaximum;
    private int receiving;
    private final Deque<Integer> unansweredQos1 = new ArrayDeque<>();
    private final Deque<Integer> unansweredQos2 = new ArrayDeque<>();
    private final Deque<Integer> unreleased = new ArrayDeque<>();

    SimulatedServer(ProtocolVersion version, ServerChoices choices, Ledger ledger, Consumer<ControlPacket> send) {
        this.version = version;
        this.choices = choices;
        this.ledger = ledger;
        this.send = send;
    }

    /** Ends the connection with DISCONNECT. */
    void disconnect() {
        if (greeted && !ended && version == ProtocolVersion.MQTT_5) {
            send.accept(Disconnect.of(ReasonCode.SERVER_SHUTTING_DOWN));
            ended = true;
        }
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
        if (connected && choices.isHonest()) {
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
        ended = false;
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
        if (ended) {
            return;
        }
        if (packet instanceof Connect connect) {
            handleConnect(connect);
        } else if (!greeted || present == null) {
            choices.complain(packet + " comes before CONNECT");
        } else {
            handlePacket(packet, present);
        }
        pump();
    }

    private void handlePacket(ControlPacket packet, Session present) {
        switch (packet.type()) {
            case PUBLISH -> handlePublish((Publish) packet, present);
            case PUBREL -> handlePubRel((PubRel) packet, present);
            case PUBACK -> handlePubAck((PubAck) packet, present);
            case PUBREC -> handlePubRec((PubRec) packet, present);
            case PUBCOMP -> handlePubComp(((PubComp) packet).packetIdentifier(), present);
            case SUBSCRIBE -> handleSubscribe((Subscribe) packet, present);
            case UNSUBSCRIBE -> handleUnsubscribe((Unsubscribe) packet);
            case PINGREQ -> send.accept(PingResp.INSTANCE);
            case DISCONNECT -> {}
            case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP, AUTH -> choices.complain(packet.toString());
        }
    }

    private void handleSubscribe(Subscribe packet, Session present) {
        boolean main = packet.subscriptions().stream()
                .anyMatch(one -> one.topicFilter().text().equals(SimulatedApplication.FILTER));
        // What it refuses is never the subscription that the world needs to come to rest.
        ReasonCode code = main ? ReasonCode.GRANTED_QOS_2 : choices.verdictOnSubscribe();
        present.subscribed |= main;
        send.accept(new SubAck(
                packet.packetIdentifier(),
                Collections.nCopies(packet.subscriptions().size(), code),
                Diagnostics.NONE));
    }

    private void handleUnsubscribe(Unsubscribe packet) {
        List<ReasonCode> codes = version == ProtocolVersion.MQTT_5
                ? Collections.nCopies(packet.topicFilters().size(), ReasonCode.SUCCESS)
                : List.of();
        send.accept(new UnsubAck(packet.packetIdentifier(), codes, Diagnostics.NONE));
    }

    private void handleConnect(Connect connect) {
        if (greeted) {
            choices.complain("A second CONNECT");
        }
        if (choices.takeRefusal()) {
            ended = true;
            send.accept(choices.refusal());
            return;
        }
        if (connect.cleanStart() && session != null) {
            Session old = session;
            old.sending.stream().filter(one -> !one.released).forEach(one -> ledger.lostByServer(one.message));
            session = null;
        }
        boolean sessionPresent = session != null;
        Session present = session == null ? new Session() : session;
        session = present;
        greeted = true;
        clientReceiveMaximum = connect.properties().receiveMaximum();
        send.accept(choices.acceptance(sessionPresent && version != ProtocolVersion.MQTT_3_1));
        for (Sending one : present.sending) {
            if (one.released) {
                send.accept(PubRel.success(one.identifier));
            } else if (one.sent) {
                ledger.sentAgain(one.message);
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
                ReasonCode code = verdict(message);
                if (!code.isError()) {
                    ledger.arrived(message);
                }
                receiving--;
                send.accept(new PubAck(identifier, code, Diagnostics.NONE));
            }
            case EXACTLY_ONCE -> handleQos2(packet, present);
        }
    }

    private void handleQos2(Publish packet, Session present) {
        int identifier = packet.packetIdentifier();
        boolean known = present.received.contains(identifier);
        if (known && !packet.duplicate()) {
            choices.complain("Packet Identifier " + identifier + " is in use, and PUBLISH without DUP has it");
        }
        countReceiving();
        ReasonCode code = known ? ReasonCode.SUCCESS : verdict(packet.message());
        if (code.isError()) {
            receiving--;
        } else {
            if (present.received.add(identifier)) {
                ledger.arrived(packet.message());
            }
            unreleased.addLast(identifier);
        }
        send.accept(new PubRec(identifier, code, Diagnostics.NONE));
    }

    private ReasonCode verdict(Message message) {
        ReasonCode code = choices.verdictOnPublish();
        if (code.isError()) {
            ledger.refusedByServer(message);
        }
        return code;
    }

    private void countReceiving() {
        receiving++;
        if (version == ProtocolVersion.MQTT_5 && receiving > choices.receiveMaximum()) {
            choices.complain(receiving + " messages are under way, Receive Maximum is " + choices.receiveMaximum());
        }
    }

    private void handlePubRel(PubRel packet, Session present) {
        int identifier = packet.packetIdentifier();
        if (unreleased.contains(identifier)) {
            if (unreleased.removeFirst() != identifier) {
                choices.complain("[MQTT-4.6.0-4] PUBREL " + identifier + " is out of order");
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
        if (!greeted || ended || present == null) {
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

    private @Nullable Sending find(Session present, int identifier, String packet) {
        for (Sending one : present.sending) {
            if (one.sent && one.identifier == identifier) {
                return one;
            }
        }
        choices.complain(packet + " for Packet Identifier " + identifier + ", which is not in use");
        return null;
    }

    private void expectFirst(Deque<Integer> unanswered, int identifier, String what) {
        if (!Integer.valueOf(identifier).equals(unanswered.pollFirst())) {
            choices.complain(what + " " + identifier + " is out of order");
        }
    }

    private void handlePubAck(PubAck packet, Session present) {
        int identifier = packet.packetIdentifier();
        Sending one = find(present, identifier, "PUBACK");
        expectFirst(unansweredQos1, identifier, "[MQTT-4.6.0-2] PUBACK");
        if (one != null) {
            present.sending.remove(one);
            settle(one, packet.reasonCode());
        }
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
        expectFirst(unansweredQos2, identifier, "[MQTT-4.6.0-3] PUBREC");
        if (one == null) {
            return;
        }
        settle(one, packet.reasonCode());
        if (packet.reasonCode().isError()) {
            present.sending.remove(one);
        } else {
            one.released = true;
            send.accept(PubRel.success(identifier));
        }
    }

    private void handlePubComp(int identifier, Session present) {
        Sending one = find(present, identifier, "PUBCOMP");
        if (one == null) {
            return;
        }
        if (!one.released) {
            choices.complain("PUBCOMP " + identifier + " comes before PUBREC");
        }
        present.sending.remove(one);
    }
}
