package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.PendingVisitor;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the next bytes of an input do to a world. */
final class EngineSteps {

    private static final int KINDS = 32;
    private static final int SAME_TURN = 0x80;

    private final EngineWorld world;
    private final Input in;
    private boolean readingPaused;

    EngineSteps(EngineWorld world, Input in) {
        this.world = world;
        this.in = in;
    }

    /** One thing that happens; the turn ends with it unless the input says that more of it follows. */
    void step() {
        int choice = in.next();
        int kind = choice % KINDS;
        if (kind < 8) {
            link(kind);
        } else if (kind < 14) {
            server(kind);
        } else if (kind < 22) {
            application(kind);
        } else {
            surroundings(kind);
        }
        if ((choice & SAME_TURN) == 0) {
            world.drain();
        }
    }

    private void link(int kind) {
        Engine engine = world.engine();
        switch (kind) {
            case 0 -> engine.connect(world.nowNanos());
            case 1 -> engine.disconnect();
            case 2 ->
                engine.disconnect(
                        Disconnect.of(ReasonCode.SUCCESS), in.below(4) * EngineWorld.SECOND, world.nowNanos());
            case 3, 4 -> world.connected();
            case 5 -> world.closed();
            default -> accept();
        }
    }

    /** All that it takes to have a connection. */
    private void accept() {
        world.engine().connect(world.nowNanos());
        world.drain();
        world.connected();
        world.drain();
        receive(ServerPackets::connAck);
    }

    private void receive(Function<ServerPackets, ControlPacket> kind) {
        ControlPacket packet;
        try {
            packet = kind.apply(new ServerPackets(in, world.output().version));
        } catch (IllegalArgumentException refused) {
            return; // There is no such packet.
        }
        world.receive(packet);
    }

    private void server(int kind) {
        if (kind == 13) {
            world.receive(in.bytes(in.below(24)));
        } else {
            receive(ServerPackets::next);
        }
    }

    private void application(int kind) {
        Engine engine = world.engine();
        EngineApplication application = world.application();
        ProtocolVersion version = world.output().version;
        switch (kind) {
            case 14, 15 -> application.publish(engine, in, version, world.epochMillis());
            case 16 -> application.accept(engine, in);
            case 17 -> application.refuse(engine, in);
            case 18 -> application.cancel(engine, in);
            case 19 -> application.timeOut(engine, in);
            case 20 -> application.subscribe(engine, in, version);
            default -> application.unsubscribe(engine, in, version);
        }
    }

    private void surroundings(int kind) {
        switch (kind) {
            case 22 -> world.advance(in.below(20) * EngineWorld.SECOND);
            case 23 -> world.advanceToDeadline();
            case 24 -> world.storeAnswersAtOnce(in.chance(2));
            case 25 -> world.stored();
            case 26 -> world.storeFails();
            case 27 -> world.crash(in.chance(2));
            case 28 -> world.read(in.chance(2));
            case 29 -> world.output().room = !world.output().room;
            case 30 -> rareCommand();
            default -> {
                world.advance(in.nextShort() * 1_000_000L);
                world.engine().handleClock(world.nowNanos(), world.epochMillis());
            }
        }
    }

    private void rareCommand() {
        Engine engine = world.engine();
        switch (in.below(6)) {
            case 0 -> engine.answerChallenge(in.chance(2) ? Payload.of("answer") : null);
            case 1 -> engine.reauthenticate(Payload.EMPTY, world.nowNanos());
            case 2 -> failAuthentication();
            case 3 -> engine.publishRate(in.chance(2) ? PublishRate.UNLIMITED : new PublishRate(1, 1 + in.below(3)));
            case 4 -> engine.list(new Looker());
            default -> {
                readingPaused = !readingPaused;
                engine.handleReadingPaused(readingPaused, world.nowNanos());
            }
        }
    }

    /** There is something to fail only with a method, which is never there before 5.0. */
    private void failAuthentication() {
        if (world.output().version == ProtocolVersion.MQTT_5) {
            world.engine().failAuthentication(new MqttException("The application says no", (Throwable) null));
        }
    }

    /** Looks at what is pending and wants none of it to be kept. */
    private static final class Looker implements PendingVisitor {

        private boolean ended;

        @Override
        public boolean visit(OutboundMessage message) {
            Rule.check(!ended, "A listing goes on after its end");
            return false;
        }

        @Override
        public void end(@Nullable MqttException cause) {
            Rule.check(!ended, "A listing ends twice");
            ended = true;
        }
    }
}
