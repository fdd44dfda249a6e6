package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.StoredRecord;

/** What must hold in each simulated world when it has come to rest. */
final class WorldPromises {

    private final SimulatedWorld world;

    WorldPromises(SimulatedWorld world) {
        this.world = world;
    }

    /** Checks a world whose server kept to the standard. */
    void check(boolean sessionsAreKept) {
        checkRest();
        world.ledger().checkReceived(sessionsAreKept);
        world.ledger().checkOrderOfArrival(world.application()::wasPublishedOnce);
        world.application().checkArrivals(sessionsAreKept, world.choices().limitsWereStrict());
        checkStore(sessionsAreKept);
    }

    /** Checks what holds even if the server broke the rules for a time. */
    void checkRest() {
        SimulatedServer server = world.server();
        if (!world.isAtRest() || !server.isSubscribed()) {
            throw new AssertionError("At the end: connected " + server.isConnected() + ", subscribed "
                    + server.isSubscribed() + ", server quiet " + server.isQuiet() + ", pending "
                    + world.engine().outboundSize());
        }
        world.application().checkAnswers();
        if (!world.engine().untold().isEmpty()) {
            throw new AssertionError("The end of messages is not told: "
                    + world.engine().untold().size());
        }
    }

    /**
     * Nothing is left in the store but what describes the session. An identifier that is in doubt may stay, until the server
     * uses it again.
     */
    private void checkStore(boolean sessionsAreKept) {
        for (StoredRecord left : world.store().records()) {
            boolean expected = left.kind() == RecordKind.META.number()
                    || left.kind() == RecordKind.CHECKPOINT.number()
                    || (isDecided(left) && !sessionsAreKept);
            if (!expected) {
                throw new AssertionError("Left in the store: " + RecordText.of(left));
            }
        }
    }

    private static boolean isDecided(StoredRecord left) {
        return left.kind() == RecordKind.ACCEPTED.number() || left.kind() == RecordKind.REFUSED.number();
    }
}
