package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One world and its fate, all drawn from one seed. */
final class Simulation {

    private static final int EVENTS = 200;
    private static final long SECOND = 1_000_000_000L;
    private static final Event[] ALL = Event.values();
    private static final Fault[] CUTS = {Fault.CUT, Fault.CUT_AFTER_WRITES};
    private static final Fault[] FAULTS = Fault.values();

    private final long seed;
    private final SplittableRandom random;
    private final SimulatedWorld world;
    private final HostileInput hostile;
    private final int[] weights = new int[ALL.length];
    private final boolean sessionsAreKept;
    private final boolean serverIsHostile;
    private final int faultsInThousand;
    private int step;
    private int faults;

    private Simulation(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        serverIsHostile = random.nextInt(8) == 0;
        sessionsAreKept = !serverIsHostile && random.nextInt(3) > 0;
        faultsInThousand = serverIsHostile ? 60 : random.nextInt(4) * 25;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = ALL[i] == Event.TIME_PASSES ? random.nextInt(2) : 1 << random.nextInt(6);
        }
        world = new SimulatedWorld(settings(), residence());
        hostile = new HostileInput(world.settings().version(), random);
        if (random.nextBoolean()) {
            world.application().acceptInOrderOf(random::nextInt);
        }
        if (world.settings().version() == ProtocolVersion.MQTT_5 && random.nextBoolean()) {
            world.application().refuseWhere(() -> random.nextInt(4) == 0);
        }
        if (world.settings().version() == ProtocolVersion.MQTT_5 && random.nextInt(4) == 0) {
            world.application().letMessagesExpire(1 + random.nextInt(8), world::epochMillis);
        }
        if (random.nextInt(4) == 0) {
            world.choices().decideBy(random::nextInt);
        }
        if (random.nextInt(4) > 0) {
            world.network().arriveInPortions(this::portion);
        }
    }

    /** Runs the world of a seed; gives the number of its faults. The error says how to see it again. */
    static int run(long seed) {
        Simulation simulation = new Simulation(seed);
        try {
            return simulation.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", step " + simulation.step + ", " + simulation.world.settings() + ": "
                            + e.getMessage() + " (replay with -Daldis.seed=" + seed + ")",
                    e);
        }
    }

    private WorldSettings settings() {
        // MQTT 3.1 has no Session Present, so a lost session cannot be noticed.
        ProtocolVersion[] versions = sessionsAreKept
                ? ProtocolVersion.values()
                : new ProtocolVersion[] {ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5};
        ProtocolVersion version = versions[random.nextInt(versions.length)];
        return new WorldSettings(
                version,
                random.nextBoolean() ? LostSessionPolicy.REPUBLISH : LostSessionPolicy.FAIL,
                random.nextInt(5) > 0,
                1 + random.nextInt(6),
                messages(),
                messages(),
                random.nextInt(3) * 10,
                random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4),
                version == ProtocolVersion.MQTT_5 && random.nextBoolean()
                        ? Receipts.WHEN_DECIDED
                        : Receipts.WHEN_STORED,
                random.nextInt(3) > 0 ? 100 : 1 + random.nextInt(6),
                version == ProtocolVersion.MQTT_5
                        && !serverIsHostile
                        && random.nextInt(4) >= (sessionsAreKept ? 3 : 1));
    }

    /** As much as there is, or so little that most of a queue is in the store only. */
    private Residence residence() {
        return random.nextBoolean() ? Residence.DEFAULT : new Residence(2 + random.nextInt(4), 1 << 20);
    }

    private List<QoS> messages() {
        List<QoS> messages = new ArrayList<>();
        for (int i = random.nextInt(14); i > 0; i--) {
            messages.add(QoS.of(Math.min(2, random.nextInt(5))));
        }
        return messages;
    }

    private int portion(int available, int firstPacket) {
        return switch (random.nextInt(4)) {
            case 0 -> firstPacket;
            case 1 -> available;
            default -> 1 + random.nextInt(available);
        };
    }

    private int run() {
        for (step = 0; step < EVENTS; step++) {
            if (random.nextInt(1_000) < faultsInThousand) {
                faults++;
                fault();
            }
            Event event = draw();
            if (event != null) {
                world.happen(event);
            } else if (faultsInThousand == 0) {
                break; // Nothing can happen any more, and nobody will make something happen.
            }
        }
        world.setStoreFull(false);
        if (serverIsHostile) {
            world.reform();
        }
        world.connect();
        world.settle();
        WorldPromises promises = new WorldPromises(world);
        if (serverIsHostile) {
            promises.checkRest();
        } else {
            promises.check(sessionsAreKept);
        }
        return faults;
    }

    private @Nullable Event draw() {
        int total = 0;
        long possible = 0;
        for (int i = 0; i < ALL.length; i++) {
            if (world.isPossible(ALL[i])) {
                possible |= 1L << i;
                total += weights[i];
            }
        }
        if (total == 0) {
            return null;
        }
        int left = random.nextInt(total);
        for (int i = 0; ; i++) {
            if ((possible & 1L << i) != 0) {
                left -= weights[i];
                if (left < 0) {
                    return ALL[i];
                }
            }
        }
    }

    private void fault() {
        if (serverIsHostile && random.nextInt(2) == 0) {
            hostile.apply(world);
            return;
        }
        switch (random.nextInt(21)) {
            case 0 -> failStore();
            case 1 -> setStoreFull();
            case 2 -> world.reconnect();
            case 3 -> world.disconnect();
            case 4 -> world.connect();
            case 5 -> world.network().loseEverything();
            case 6 -> world.stall(random.nextInt(30) * SECOND);
            case 7 -> world.choices().refuseConnect();
            case 8 -> world.server().disconnect();
            case 9, 10 -> world.ask(random::nextInt);
            case 11, 12 -> loseSession();
            case 13 -> restart();
            case 14 -> world.setClock(random.nextLong(-600, 600) * 1_000);
            default -> plan();
        }
    }

    /** With a store that cannot write only the content tells a new message from a duplicate. */
    private void failStore() {
        if (!world.settings().sameContent()) {
            world.failStore();
        }
    }

    private void setStoreFull() {
        if (!world.settings().sameContent()) {
            world.setStoreFull(random.nextBoolean());
        }
    }

    private void loseSession() {
        if (!sessionsAreKept && !world.network().isLinked()) {
            world.loseSession();
            return;
        }
        if (!sessionsAreKept) {
            world.loseSessionWithNextFault();
        }
        plan();
    }

    private void restart() {
        // Without a store that outlives the client a restart loses everything, as it says.
        if (world.settings().journal()) {
            world.restart();
        }
    }

    private void plan() {
        Fault[] possible = world.settings().journal() ? FAULTS : CUTS;
        world.plan(world.instants() + random.nextInt(8), possible[random.nextInt(possible.length)]);
    }

    @Override
    public String toString() {
        return "simulation of seed " + seed + " at step " + step;
    }
}
