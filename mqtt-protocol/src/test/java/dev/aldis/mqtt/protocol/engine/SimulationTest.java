package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Worlds drawn from a seed: messages, speeds, cuts, crashes, failing stores, lost sessions. {@code -Daldis.seed=N} repeats
 * one of them, {@code -Daldis.simulations=N} runs so many.
 */
@Timeout(600)
class SimulationTest {

    private static final int FAULTY_EVENTS = 400;
    private static final long FIRST_SEED = 20_261_124L;

    private static final @Nullable Long ONE_SEED = Long.getLong("aldis.seed");
    private static final int COUNT = Integer.getInteger("aldis.simulations", 1_500);

    @Test
    void promisesHoldInEachWorld() {
        int faults = 0;
        if (ONE_SEED != null) {
            faults += run(ONE_SEED);
        } else {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
                faults += run(seed);
            }
            assertTrue(faults > COUNT, "The worlds were too kind: " + faults + " faults");
        }
    }

    private static int run(long seed) {
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

    /** One world and its fate. */
    private static final class Simulation {
        private final Random random;
        private final SimulatedWorld world;
        private final Map<Event, Integer> weights = new EnumMap<>(Event.class);
        private final boolean sessionsAreKept;
        private final double faultRate;
        private int step;
        private int faults;

        Simulation(long seed) {
            random = new Random(seed);
            // Consecutive seeds begin with similar numbers.
            random.nextLong();
            sessionsAreKept = random.nextInt(3) > 0;
            faultRate = random.nextInt(4) * 0.02;
            for (Event event : Event.values()) {
                weights.put(event, 1 << random.nextInt(6));
            }
            weights.put(Event.TIME_PASSES, random.nextInt(2));
            world = new SimulatedWorld(settings(), residence());
            world.application().acceptInOrderOf(random.nextBoolean() ? count -> 0 : random::nextInt);
            if (world.settings().receipts() == Receipts.WHEN_DECIDED && random.nextBoolean()) {
                world.application().refuseWhere(() -> random.nextInt(4) == 0);
            }
        }

        /** As much as there is, or so little that most of a queue is in the store only. */
        private Residence residence() {
            return random.nextBoolean() ? Residence.DEFAULT : new Residence(2 + random.nextInt(4), 1 << 20);
        }

        private WorldSettings settings() {
            // MQTT 3.1 has no Session Present, so a lost session cannot be noticed.
            List<ProtocolVersion> versions = sessionsAreKept
                    ? List.of(ProtocolVersion.values())
                    : List.of(ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5);
            ProtocolVersion version = versions.get(random.nextInt(versions.size()));
            Receipts receipts = version == ProtocolVersion.MQTT_5 && random.nextBoolean()
                    ? Receipts.WHEN_DECIDED
                    : Receipts.WHEN_STORED;
            return new WorldSettings(
                    version,
                    random.nextBoolean() ? LostSessionPolicy.REPUBLISH : LostSessionPolicy.FAIL,
                    random.nextInt(5) > 0,
                    1 + random.nextInt(6),
                    messages(),
                    messages(),
                    random.nextInt(3) * 10,
                    random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4),
                    receipts);
        }

        private List<QoS> messages() {
            List<QoS> messages = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                messages.add(QoS.of(Math.min(2, random.nextInt(5))));
            }
            return messages;
        }

        int run() {
            for (step = 0; step < FAULTY_EVENTS; step++) {
                if (random.nextDouble() < faultRate) {
                    faults++;
                    fault();
                }
                Event event = draw();
                if (event != null) {
                    world.happen(event);
                }
            }
            world.settle();
            world.checkPromises(sessionsAreKept);
            return faults;
        }

        private @Nullable Event draw() {
            int total = 0;
            for (Event event : Event.values()) {
                total += weight(event);
            }
            if (total == 0) {
                return null;
            }
            int left = random.nextInt(total);
            for (Event event : Event.values()) {
                left -= weight(event);
                if (left < 0) {
                    return event;
                }
            }
            throw new AssertionError("The weights do not add up");
        }

        private int weight(Event event) {
            return world.isPossible(event) ? weights.getOrDefault(event, 0) : 0;
        }

        private void fault() {
            int kind = random.nextInt(12);
            if (kind == 0) {
                world.failStore();
            } else if (kind == 11) {
                world.reconnect();
            } else if (kind <= 2 && !sessionsAreKept && !world.isLinked()) {
                world.loseSession();
            } else {
                List<Fault> possible = world.settings().journal()
                        ? List.of(Fault.values())
                        : List.of(Fault.CUT, Fault.CUT_AFTER_WRITES);
                world.plan(world.instants() + random.nextInt(8), possible.get(random.nextInt(possible.size())));
            }
        }
    }
}
