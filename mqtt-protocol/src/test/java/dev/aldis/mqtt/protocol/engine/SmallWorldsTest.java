package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small conversations without chance: one to three messages of each QoS both ways with a fault behind each instant, and a
 * single message with two faults, behind any two instants.
 */
@Timeout(600)
class SmallWorldsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void promisesHoldWithAFaultBehindEachInstant(int count) {
        List<QoS> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.addAll(List.of(QoS.values()));
        }
        WorldSettings settings = world(messages, messages);
        int instants = run(settings, Map.of());
        for (int instant = 0; instant < instants; instant++) {
            for (Fault fault : Fault.values()) {
                run(settings, Map.of(instant, fault));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = QoS.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void promisesHoldWithTwoFaultsBehindAnyTwoInstants(QoS qos) {
        enumeratePairs(world(List.of(qos), List.of()));
        enumeratePairs(world(List.of(), List.of(qos)));
    }

    private static void enumeratePairs(WorldSettings settings) {
        int instants = run(settings, Map.of());
        for (int first = 0; first < instants; first++) {
            for (Fault fault : Fault.values()) {
                int both = run(settings, Map.of(first, fault));
                for (int second = first + 1; second < both; second++) {
                    for (Fault other : Fault.values()) {
                        run(settings, Map.of(first, fault, second, other));
                    }
                }
            }
        }
    }

    private static WorldSettings world(List<QoS> outbound, List<QoS> inbound) {
        return new WorldSettings(
                ProtocolVersion.MQTT_5, LostSessionPolicy.REPUBLISH, true, 2, outbound, inbound, 0, Integer.MAX_VALUE);
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
