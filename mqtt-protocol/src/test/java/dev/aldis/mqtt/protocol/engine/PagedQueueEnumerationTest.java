package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A queue of which memory holds two messages and the store the rest, with a fault behind each single thing that happens
 * while it fills and drains. Arrival in order, once, and an empty store at the end are what {@link WorldPromises} checks.
 */
@Timeout(120)
class PagedQueueEnumerationTest {

    private static final Residence TWO_MESSAGES = new Residence(2, 1 << 20);

    /** In which order things happen when several could. */
    @SuppressWarnings("ImmutableEnumChecker") // The list is immutable.
    enum Schedule {
        QUEUE_FILLS_FIRST(
                Event.APPLICATION_PUBLISHES,
                Event.STORE_ANSWERS,
                Event.STORE_IS_READ,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES),
        PAGES_COME_LATE(
                Event.APPLICATION_PUBLISHES,
                Event.STORE_ANSWERS,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES,
                Event.TRANSPORT_CONNECTS,
                Event.STORE_IS_READ),
        QUEUE_FILLS_WHILE_IT_DRAINS(
                Event.STORE_ANSWERS,
                Event.STORE_IS_READ,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES,
                Event.TRANSPORT_CONNECTS,
                Event.APPLICATION_PUBLISHES),
        STORE_IS_SLOW(
                Event.APPLICATION_PUBLISHES,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES,
                Event.TRANSPORT_CONNECTS,
                Event.STORE_IS_READ,
                Event.STORE_ANSWERS);

        private final List<Event> order;

        Schedule(Event... order) {
            this.order = List.of(order);
        }
    }

    private int reads;

    @ParameterizedTest
    @EnumSource
    void queueInTheStoreLosesNothingAndKeepsItsOrderWhateverHappens(Schedule schedule) {
        for (int window : new int[] {1, 3}) {
            WorldSettings settings = world(window);
            int instants = run(settings, schedule, Map.of());
            reads = 0;
            for (int instant = 0; instant < instants; instant++) {
                for (Fault fault : Fault.values()) {
                    run(settings, schedule, Map.of(instant, fault));
                    run(settings, schedule, Map.of(instant, fault, instant + 11, Fault.CRASH_AFTER_STORE_AND_WRITES));
                }
            }
            assertTrue(reads > instants, "Only " + reads + " pages were read in all these worlds");
        }
    }

    private static WorldSettings world(int window) {
        List<QoS> messages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            messages.add(i % 2 == 0 ? QoS.EXACTLY_ONCE : QoS.AT_LEAST_ONCE);
        }
        return new WorldSettings(
                ProtocolVersion.MQTT_5,
                LostSessionPolicy.REPUBLISH,
                true,
                window,
                messages,
                List.of(),
                0,
                Integer.MAX_VALUE);
    }

    /** Gives the number of instants. */
    private int run(WorldSettings settings, Schedule schedule, Map<Integer, Fault> faults) {
        try {
            SimulatedWorld world = new SimulatedWorld(settings, TWO_MESSAGES);
            faults.forEach(world::plan);
            world.run(schedule.order);
            int instants = world.instants();
            world.settle();
            new WorldPromises(world).check(true);
            reads += world.reads();
            return instants;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "window " + settings.window() + ", " + schedule + ", faults after instants " + faults + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
