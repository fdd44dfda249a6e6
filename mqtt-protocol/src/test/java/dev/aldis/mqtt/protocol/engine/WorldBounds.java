package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;

/** What a client holds has a bound, in memory and in its store, whatever happens to it. */
final class WorldBounds {

    private final SimulatedWorld world;
    private final Residence residence;
    private final int window;
    private final int queue;
    private int restored;
    private int mostUnstored;

    WorldBounds(SimulatedWorld world, Residence residence) {
        this.world = world;
        this.residence = residence;
        this.window = world.settings().window();
        this.queue = world.settings().queue();
    }

    /** A process has begun with this engine. */
    void restarted(Engine engine) {
        restored = engine.pending().size();
        mostUnstored = 0;
    }

    void check() {
        Engine engine = world.engine();
        atMost(queue, engine.outboundSize(), "messages are not complete");
        atMost(window, engine.inFlight(), "messages are in flight");
        if (world.settings().journal() && !residence.equals(Residence.DEFAULT)) {
            checkResidence(engine);
        }
    }

    /** Of the queue memory has its front, what is not stored yet, and that of which somebody awaits the end. */
    private void checkResidence(Engine engine) {
        int resident = 0;
        int unstored = 0;
        for (OutboundMessage message : engine.pending()) {
            if (!world.store().durable().containsKey(RecordKeys.outbound(message.sequence))) {
                unstored++;
            } else if (message.phase == OutboundPhase.QUEUED && message.operation() == null) {
                resident++;
            }
        }
        mostUnstored = Math.max(mostUnstored, unstored);
        // What was in flight when a session was lost stands in front of the queue; what was not stored when everything
        // else
        // had left stays in memory; a restart reads whole pages.
        atMost(
                Math.max(residence.messages() + window + mostUnstored, restored),
                resident,
                "queued messages are in memory though the store has them");
    }

    /** The store holds what is not complete and no more. */
    void checkStore() {
        int outbound = 0;
        int identifiers = 0;
        int inbound = 0;
        for (long key : world.store().durable().keySet()) {
            switch (RecordKeys.space(key)) {
                case RecordKeys.SPACE_OUTBOUND -> outbound++;
                case RecordKeys.SPACE_IDENTIFIER -> identifiers++;
                case RecordKeys.SPACE_INBOUND -> inbound++;
                default -> {}
            }
        }
        atMost(queue, outbound, "messages to the server are in the store");
        atMost(window, identifiers, "identifiers of messages to the server are in the store");
        // Only MQTT 5 lets the client say how much it takes; and a server that breaks the rules can begin anew as often
        // as it
        // likes. What came in a lost session stays until the application has decided.
        if (world.settings().version() == ProtocolVersion.MQTT_5
                && world.choices().wasAlwaysHonest()) {
            atMost(2 * window + world.application().undecided(), inbound, "messages from the server are in the store");
        }
    }

    private static void atMost(int limit, long count, String what) {
        if (count > limit) {
            throw new AssertionError(count + " " + what + ", and there may be " + limit);
        }
    }
}
