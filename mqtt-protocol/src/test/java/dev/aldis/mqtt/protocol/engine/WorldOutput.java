package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One process of a simulated world: what its engine asks for happens, until a fault ends it in the middle of a turn. */
final class WorldOutput implements EngineOutput {

    /** With these a connection ends because of what the server did. */
    private static final Set<ReasonCode> BLAME = EnumSet.of(
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE);

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

    /** A link that is cut already takes what is written and loses it. */
    private void stepUnlessCut(Runnable effect) {
        step(() -> {
            if (fault == null) {
                effect.run();
            }
        });
    }

    private boolean isChecked() {
        return !isDead() && world.settings().journal();
    }

    @Override
    public void openConnection(Attempt attempt) {
        step(world.network()::open);
    }

    @Override
    public void closeConnection() {
        step(world.network()::close);
    }

    @Override
    public boolean hasRoom() {
        return world.network().hasRoom();
    }

    @Override
    public void send(ControlPacket packet) {
        // A server that uses an identifier for two messages at a time gives no answer a meaning.
        if (isChecked() && world.choices().isHonest()) {
            world.stored().check(packet);
        }
        stepUnlessCut(() -> world.network().send(packet, world.nowNanos()));
    }

    @Override
    public void sendPublish(OutboundMessage message, boolean duplicate) {
        if (isChecked()) {
            world.stored().checkPublish(message);
        } else if (!isDead() && !duplicate && world.settings().room() == Integer.MAX_VALUE) {
            world.application().checkFresh(message);
        }
        stepUnlessCut(() -> world.network().sendPublish(message, duplicate, world.nowNanos()));
    }

    @Override
    public void sendRelease(OutboundMessage message) {
        if (isChecked()) {
            world.stored().checkRelease(message);
        }
        send(PubRel.success(message.packetIdentifier()));
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
        if (isChecked()) {
            world.stored().checkStored(message);
        }
        step(() -> world.application().stored(message));
    }

    @Override
    public void completed(OutboundMessage message) {
        if (isChecked()) {
            world.stored().checkGone(message);
        }
        step(() -> world.application().ended(message, "completed"));
    }

    @Override
    public void failed(OutboundMessage message, PublishFailure kind, MqttException cause) {
        if (isChecked()) {
            world.stored().checkGone(message);
        }
        step(() -> {
            if (kind == PublishFailure.REFUSED) {
                world.application().refused(message, cause);
            } else {
                world.application().ended(message, kind.name());
            }
        });
    }

    @Override
    public void deliver(InboundMessage message) {
        if (isChecked()) {
            world.stored().checkDelivery(message);
        }
        step(() -> world.application().delivered(message));
    }

    @Override
    public void answered(Request request) {
        step(() -> world.application()
                .answered(request, !request.reasonCodes().get(0).isError()));
    }

    @Override
    public void unsubscribed(Request request) {
        step(() -> world.application().unsubscribed(request));
    }

    @Override
    public void requestFailed(Request request, MqttException cause) {
        step(() -> world.application().answered(request, false));
    }

    @Override
    public void connected(ConnectResult result) {
        step(world::connected);
    }

    @Override
    public void challenged(@Nullable Payload data) {
        throw new AssertionError("No world has enhanced authentication");
    }

    @Override
    public void reauthenticated(Diagnostics diagnostics) {
        throw new AssertionError("No world has enhanced authentication");
    }

    @Override
    public void connectionLost(MqttException cause) {
        step(() -> {
            world.conduct().handleClosing();
            if (world.choices().isHonest() && BLAME.contains(cause.reasonCode().orElse(ReasonCode.SUCCESS))) {
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
        if (isDead()) {
            return;
        }
        world.conduct().handleClosing();
        if (!(cause instanceof ClientClosedException) && world.choices().isHonest() && world.wantsConnection()) {
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
            if (!result.diagnostics().equals(Diagnostics.NONE)
                    && world.choices().isHonest()) {
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
