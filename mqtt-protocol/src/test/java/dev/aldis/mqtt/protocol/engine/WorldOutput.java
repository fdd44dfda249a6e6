package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process of a simulated world: what its engine asks for happens, until a fault ends it in the middle of a turn. */
final class WorldOutput implements EngineOutput {

    private final SimulatedWorld world;
    private final Deque<Runnable> afterwards = new ArrayDeque<>();
    private @Nullable Fault fault;

    WorldOutput(SimulatedWorld world) {
        this.world = world;
    }

    boolean drain(Engine engine) {
        boolean waiting;
        do {
            waiting = engine.drain(this);
            Runnable next = afterwards.poll();
            if (next == null || isDead()) {
                return waiting && !isDead();
            }
            next.run();
        } while (true);
    }

    /** The application does something when the turn is over. */
    void afterDrain(Runnable action) {
        afterwards.addLast(action);
    }

    void fail(Fault what) {
        fault = what;
    }

    @Nullable
    Fault takeFault() {
        Fault taken = fault;
        fault = null;
        return taken;
    }

    boolean isFaulty() {
        return fault != null;
    }

    /** The process has died, so nothing that it still says has an effect. */
    boolean isDead() {
        return fault != null && fault.isCrash();
    }

    private void step(Runnable effect) {
        if (!isDead()) {
            effect.run();
            world.instant();
        }
    }

    private void sendPacket(ControlPacket packet) {
        step(() -> {
            // A link that is cut already takes what is written and loses it.
            if (fault == null) {
                world.send(packet);
            }
        });
    }

    @Override
    public void openConnection(Attempt attempt) {
        step(world::openConnection);
    }

    @Override
    public void closeConnection() {
        step(world::closeConnection);
    }

    @Override
    public boolean hasRoom() {
        return world.hasRoom();
    }

    @Override
    public void send(ControlPacket packet) {
        if (!isDead() && world.settings().journal()) {
            world.stored().check(packet);
        }
        sendPacket(packet);
    }

    @Override
    public void sendPublish(OutboundMessage message, boolean duplicate) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkPublish(message);
        }
        sendPacket(new Publish(message.message(), message.packetIdentifier(), duplicate, 0, List.of()));
    }

    @Override
    public void sendRelease(OutboundMessage message) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkRelease(message);
        }
        sendPacket(PubRel.success(message.packetIdentifier()));
    }

    @Override
    public void sendAcknowledgement(PacketType type, int packetIdentifier) {
        ControlPacket packet = switch (type) {
            case PUBACK -> PubAck.success(packetIdentifier);
            case PUBREC -> PubRec.success(packetIdentifier);
            case PUBCOMP -> PubComp.success(packetIdentifier);
            default -> throw new AssertionError(type + " acknowledges nothing");
        };
        send(packet);
    }

    @Override
    public void append(ChangeBatch batch, long number) {
        step(() -> world.store().append(batch, number));
    }

    @Override
    public void stored(OutboundMessage message) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkStored(message);
        }
        step(() -> {});
    }

    @Override
    public void completed(OutboundMessage message) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkGone(message);
        }
        step(() -> world.application().ended(message, "completed"));
    }

    @Override
    public void failed(OutboundMessage message, PublishFailure kind, MqttException cause) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkGone(message);
        }
        step(() -> {
            if (kind == PublishFailure.REFUSED) {
                world.application().refused(message);
            } else {
                world.application().ended(message, kind.name());
            }
        });
    }

    @Override
    public void deliver(InboundMessage message) {
        if (!isDead() && world.settings().journal()) {
            world.stored().checkDelivery(message);
        }
        step(() -> world.application().delivered(message));
    }

    @Override
    public void answered(Request request) {
        step(() -> world.application()
                .subscribeAnswered(!request.reasonCodes().get(0).isError()));
    }

    @Override
    public void requestFailed(Request request, MqttException cause) {
        step(() -> world.application().subscribeAnswered(false));
    }

    @Override
    public void connected(ConnectResult result) {
        step(world::connected);
    }

    @Override
    public void connectionLost(MqttException cause) {
        step(() -> {
            if (cause.reasonCode().orElse(ReasonCode.SUCCESS) == ReasonCode.PROTOCOL_ERROR) {
                throw new AssertionError("The client blames the server", cause);
            }
        });
    }

    @Override
    public void reconnecting(long delayNanos) {
        step(() -> {});
    }

    @Override
    public void stopped(MqttException cause) {
        if (!(cause instanceof ClientClosedException)) {
            throw new AssertionError("The client gave up", cause);
        }
    }

    @Override
    public void sessionLost(int messagesInFlight) {
        step(() -> {});
    }

    @Override
    public void resubscribed(SubscribeResult result) {
        step(() -> {
            if (result.isError() || !result.diagnostics().equals(Diagnostics.NONE)) {
                throw new AssertionError("Not subscribed again: " + result);
            }
        });
    }

    @Override
    public void readRecords(long fromKey, int limit) {
        step(() -> world.read(fromKey, limit));
    }

    @Override
    public void storeDamaged(String description) {
        throw new AssertionError(description);
    }

    @Override
    public void storeFailed(StoreException cause) {
        step(() -> {});
    }
}
