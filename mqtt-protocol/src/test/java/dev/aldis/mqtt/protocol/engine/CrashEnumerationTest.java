package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A conversation of messages of QoS 1 and 2 both ways, repeated with a fault behind each single thing that happens in it:
 * after each of them the link breaks or the process dies, with the last batch in the store or not, and with the last bytes at
 * the server or not. Each time the client starts again, everything comes to rest, and the promises are checked.
 */
@Timeout(120)
class CrashEnumerationTest {

    private static final List<QoS> MIXED = List.of(
            QoS.EXACTLY_ONCE,
            QoS.EXACTLY_ONCE,
            QoS.AT_LEAST_ONCE,
            QoS.EXACTLY_ONCE,
            QoS.AT_LEAST_ONCE,
            QoS.EXACTLY_ONCE);

    /** In which order things happen when several could. */
    @SuppressWarnings("ImmutableEnumChecker") // The list is immutable.
    enum Schedule {
        STORE_IS_FAST(
                Event.STORE_ANSWERS,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES,
                Event.APPLICATION_ACCEPTS,
                Event.APPLICATION_PUBLISHES,
                Event.SERVER_PUBLISHES),
        STORE_IS_SLOW(
                Event.APPLICATION_PUBLISHES,
                Event.SERVER_PUBLISHES,
                Event.CLIENT_RECEIVES,
                Event.SERVER_RECEIVES,
                Event.APPLICATION_ACCEPTS,
                Event.STORE_ANSWERS),
        SERVER_IS_SLOW(
                Event.APPLICATION_PUBLISHES,
                Event.STORE_ANSWERS,
                Event.CLIENT_RECEIVES,
                Event.APPLICATION_ACCEPTS,
                Event.SERVER_PUBLISHES,
                Event.SERVER_RECEIVES),
        APPLICATION_IS_SLOW(
                Event.STORE_ANSWERS,
                Event.SERVER_RECEIVES,
                Event.CLIENT_RECEIVES,
                Event.SERVER_PUBLISHES,
                Event.APPLICATION_PUBLISHES,
                Event.APPLICATION_ACCEPTS);

        private final List<Event> order;

        Schedule(Event... order) {
            this.order = List.of(order);
        }
    }

    @ParameterizedTest
    @EnumSource
    void promisesHoldWhateverHappensAfterAnyInstant(Schedule schedule) {
        enumerate(world(ProtocolVersion.MQTT_5, 2), schedule);
        enumerate(world(ProtocolVersion.MQTT_5, 10), schedule);
        enumerate(world(ProtocolVersion.MQTT_5, 3, Receipts.WHEN_DECIDED), schedule);
        enumerate(world(ProtocolVersion.MQTT_3_1_1, 2), schedule);
        enumerate(world(ProtocolVersion.MQTT_3_1, 10), schedule);
    }

    private static WorldSettings world(ProtocolVersion version, int window) {
        return world(version, window, Receipts.WHEN_STORED);
    }

    private static WorldSettings world(ProtocolVersion version, int window, Receipts receipts) {
        return new WorldSettings(
                version,
                LostSessionPolicy.REPUBLISH,
                true,
                window,
                MIXED,
                MIXED,
                0,
                Integer.MAX_VALUE,
                receipts,
                100,
                false);
    }

    private static void enumerate(WorldSettings settings, Schedule schedule) {
        int instants = run(settings, schedule, Map.of(), true);
        for (int instant = 0; instant < instants; instant++) {
            for (Fault fault : Fault.values()) {
                run(settings, schedule, Map.of(instant, fault), true);
            }
        }
    }

    /**
     * The server loses the session with a first fault, and while the client comes back there is a second one: the hour of the
     * messages that may be taken for others.
     */
    @ParameterizedTest
    @EnumSource
    void nothingThatTheServerGaveAwayIsLostWithItsSession(Schedule schedule) {
        WorldSettings settings = world(ProtocolVersion.MQTT_5, 10);
        int instants = run(settings, schedule, Map.of(), true);
        for (int first = 0; first < instants; first += 3) {
            for (Fault fault : List.of(Fault.CUT_AFTER_WRITES, Fault.CRASH_AFTER_STORE)) {
                for (int second = first + 1; second < first + 20; second += 2) {
                    run(settings, schedule, Map.of(first, fault, second, Fault.CUT_AFTER_WRITES), false);
                    run(settings, schedule, Map.of(first, fault, second, Fault.CRASH_AFTER_WRITES), false);
                }
            }
        }
    }

    /** Gives the number of instants. */
    private static int run(
            WorldSettings settings, Schedule schedule, Map<Integer, Fault> faults, boolean sessionsAreKept) {
        try {
            SimulatedWorld world = new SimulatedWorld(settings);
            faults.forEach(world::plan);
            if (!sessionsAreKept) {
                world.loseSessionWithNextFault();
            }
            world.run(schedule.order);
            int instants = world.instants();
            world.settle();
            new WorldPromises(world).check(sessionsAreKept);
            return instants;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    settings.version() + ", window " + settings.window() + ", " + schedule + ", faults after instants "
                            + faults + ", session " + (sessionsAreKept ? "kept" : "lost") + ": " + e.getMessage(),
                    e);
        }
    }
}
