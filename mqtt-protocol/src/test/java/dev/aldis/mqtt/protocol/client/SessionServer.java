package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A server that keeps one session, as the standard asks for, with messages for the client in it from the beginning. */
final class SessionServer {

    /** What it took from the client, each as often as it would hand it on. */
    final List<String> taken = new ArrayList<>();

    private final Map<Integer, Publish> unanswered = new TreeMap<>();
    private final Set<Integer> released = new HashSet<>();
    private final Set<Integer> awaitingPubRel = new HashSet<>();
    private final List<Message> outgoing;
    private final Deque<ControlPacket> answers = new ArrayDeque<>();
    private @Nullable Link link;
    private boolean hasSession;

    SessionServer(List<Message> outgoing) {
        this.outgoing = outgoing;
    }

    /** Whether the client has acknowledged everything. */
    boolean isDone() {
        return hasSession && unanswered.isEmpty() && released.isEmpty();
    }

    void connect(@Nullable Link newLink) {
        link = newLink;
        answers.clear();
    }

    void handle(ControlPacket packet) {
        if (packet instanceof Connect connect) {
            accept(connect.cleanStart());
        } else if (packet instanceof Publish publish) {
            take(publish);
        } else if (packet instanceof PubRel pubRel) {
            awaitingPubRel.remove(pubRel.packetIdentifier());
            send(PubComp.success(pubRel.packetIdentifier()));
        } else if (packet instanceof PubAck pubAck) {
            unanswered.remove(pubAck.packetIdentifier());
        } else if (packet instanceof PubRec pubRec) {
            unanswered.remove(pubRec.packetIdentifier());
            released.add(pubRec.packetIdentifier());
            send(PubRel.success(pubRec.packetIdentifier()));
        } else if (packet instanceof PubComp pubComp) {
            released.remove(pubComp.packetIdentifier());
        }
    }

    private void accept(boolean cleanStart) {
        if (cleanStart) {
            hasSession = false;
            unanswered.clear();
            released.clear();
            awaitingPubRel.clear();
        }
        send(new ConnAck(hasSession, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        if (!hasSession) {
            hasSession = true;
            for (Message message : outgoing) {
                int identifier = unanswered.size() + 1;
                unanswered.put(identifier, new Publish(message, identifier, false, 0, List.of()));
            }
            unanswered.values().forEach(this::send);
            return;
        }
        released.forEach(identifier -> send(PubRel.success(identifier)));
        for (Publish each : unanswered.values()) {
            send(new Publish(each.message(), each.packetIdentifier(), true, 0, List.of()));
        }
    }

    private void take(Publish publish) {
        int identifier = publish.packetIdentifier();
        if (publish.message().qos() == QoS.AT_LEAST_ONCE) {
            taken.add(publish.message().payload().text());
            send(PubAck.success(identifier));
            return;
        }
        if (awaitingPubRel.add(identifier)) {
            taken.add(publish.message().payload().text());
        }
        send(PubRec.success(identifier));
    }

    private void send(ControlPacket packet) {
        answers.addLast(packet);
    }

    /** Sends the next of its packets; false if there is none. */
    boolean sendNext() {
        Link present = link;
        ControlPacket next = answers.poll();
        if (present == null || next == null) {
            return false;
        }
        present.send(next);
        return true;
    }
}
