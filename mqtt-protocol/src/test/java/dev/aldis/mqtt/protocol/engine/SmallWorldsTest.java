package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.QoS;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small conversations without chance: one to three messages of each QoS both ways with a fault behind each instant, and a
 * single message with two faults, behind any two instants. {@code -Daldis.pairs=3} does the latter with one to three messages
 * of each QoS and direction, and with all of them together.
 */
@Timeout(7_200)
class SmallWorldsTest {

    private static final int PAIRS = Integer.getInteger("aldis.pairs", 1);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void promisesHoldWithAFaultBehindEachInstant(int count) {
        List<QoS> messages = ofEach(count);
        WorldSettings settings = WorldSettings.ofMessages(messages, messages);
        int instants = run(settings, Map.of());
        for (int instant = 0; instant < instants; instant++) {
            for (Fault fault : Fault.values()) {
                run(settings, Map.of(instant, fault));
            }
        }
    }

    private static List<QoS> ofEach(int count) {
        List<QoS> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.addAll(List.of(QoS.values()));
        }
        return messages;
    }

    @ParameterizedTest
    @EnumSource(value = QoS.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void promisesHoldWithTwoFaultsBehindAnyTwoInstants(QoS qos) {
        for (int count = 1; count <= PAIRS; count++) {
            List<QoS> messages = Collections.nCopies(count, qos);
            enumeratePairs(WorldSettings.ofMessages(messages, List.of()), 1);
            enumeratePairs(WorldSettings.ofMessages(List.of(), messages), 1);
        }
    }

    /** Each build looks at some of the instants only, which are very many. */
    @Test
    void promisesHoldWithTwoFaultsWhileMessagesOfAllKindsAreUnderWay() {
        for (int count = 1; count <= PAIRS; count++) {
            enumeratePairs(WorldSettings.ofMessages(ofEach(count), ofEach(count)), PAIRS == 1 ? 29 : 1);
        }
    }

    private static void enumeratePairs(WorldSettings settings, int stride) {
        int instants = run(settings, Map.of());
        for (int first = 0; first < instants; first += stride) {
            for (Fault fault : Fault.values()) {
                int both = run(settings, Map.of(first, fault));
                for (int second = first + 1; second < both; second += stride) {
                    for (Fault other : Fault.values()) {
                        run(settings, Map.of(first, fault, second, other));
                    }
                }
            }
        }
    }

    /** Gives the number of instants. */
    private static int run(WorldSettings settings, Map<Integer, Fault> faults) {
        try {
            SimulatedWorld world = new SimulatedWorld(settings);
            faults.forEach(world::plan);
            world.settle();
            new WorldPromises(world).check(true);
            return world.instants();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "Messages " + settings.outbound() + " out, " + settings.inbound() + " in, faults after instants "
                            + faults + ": " + e.getMessage(),
                    e);
        }
    }
}
