package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.codec.PacketSink;
import dev.aldis.mqtt.protocol.packet.ControlPacket;

/** The client's end of a simulated link: gives what was decoded to the engine, as the client does. */
final class ClientEnd implements PacketSink {

    private final SimulatedWorld world;

    ClientEnd(SimulatedWorld world) {
        this.world = world;
    }

    @Override
    public void packet(ControlPacket packet) {
        Trace.line("  to client", packet);
        world.conduct().received(packet, world.nowNanos());
        Arrival.handle(world.engine(), packet, world.nowNanos(), world.epochMillis());
    }
}
