package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Small conversations in every order: whenever more than one thing can happen, each of them is tried, and after each of these
 * beginnings there comes nothing, or each kind of fault. {@code -Daldis.interleaved=2} does it with up to two messages of each
 * QoS and direction instead of the one of each build.
 */
@Timeout(7_200)
class InterleavingsTest {

    private static final int MESSAGES = Integer.getInteger("aldis.interleaved", 1);

    /** What was chosen at each point at which more than one thing could happen, and how many there were. */
    private final List<int[]> choices = new ArrayList<>();

    private int worlds;

    @ParameterizedTest
    @EnumSource
    void promisesHoldInEachOrderOfEventsWithAFaultAfterAnyOfThem(QoS qos) {
        for (int count = 1; count <= MESSAGES; count++) {
            List<QoS> messages = Collections.nCopies(count, qos);
            enumerate(world(messages, List.of()));
            enumerate(world(List.of(), messages));
        }
        System.out.println(worlds + " worlds with " + MESSAGES + " of " + qos);
        assertTrue(worlds > 100, "Only " + worlds + " worlds");
    }

    private static WorldSettings world(List<QoS> outbound, List<QoS> inbound) {
        return new WorldSettings(
                ProtocolVersion.MQTT_5, LostSessionPolicy.REPUBLISH, true, 2, outbound, inbound, 0, Integer.MAX_VALUE);
    }

    private void enumerate(WorldSettings settings) {
        choices.clear();
        int from = 0; // Before this event the present order is one that was tried before, with all its faults.
        do {
            int events = run(settings, Integer.MAX_VALUE, null);
            for (int length = from; length <= events; length++) {
                for (Fault fault : Fault.values()) {
                    run(settings, length, fault);
                }
            }
            from = advance();
        } while (from >= 0);
    }

    /** The next order; gives the number of the first event that differs from the last one, or -1 after the last. */
    private int advance() {
        for (int i = choices.size() - 1; i >= 0; i--) {
            int[] choice = choices.get(i);
            if (++choice[0] < choice[1]) {
                choices.subList(i + 1, choices.size()).clear();
                return choice[2] + 1;
            }
        }
        return -1;
    }

    /** Lets so many events happen in the chosen order, then a fault; gives how many there were. */
    private int run(WorldSettings settings, int limit, @Nullable Fault fault) {
        worlds++;
        int events = 0;
        try {
            SimulatedWorld world = new SimulatedWorld(settings);
            int choice = 0;
            List<Event> possible = possible(world);
            while (events < limit && !possible.isEmpty()) {
                int index = 0;
                if (possible.size() > 1) {
                    if (choice == choices.size()) {
                        choices.add(new int[] {0, possible.size(), events});
                    }
                    index = choices.get(choice++)[0];
                }
                world.happen(possible.get(index));
                events++;
                possible = possible(world);
            }
            if (fault != null) {
                world.strike(fault);
            }
            world.settle();
            new WorldPromises(world).check(true);
            return events;
        } catch (AssertionError | RuntimeException e) {
            StringBuilder order = new StringBuilder();
            choices.forEach(choice -> order.append(choice[0]));
            throw new AssertionError(
                    "Messages " + settings.outbound() + " out, " + settings.inbound() + " in, order " + order + ", "
                            + fault + " after " + events + " events: " + e.getMessage(),
                    e);
        }
    }

    /** Time stands still as long as something else can happen. */
    private static List<Event> possible(SimulatedWorld world) {
        List<Event> possible = new ArrayList<>();
        for (Event event : Event.values()) {
            if (event != Event.TIME_PASSES && world.isPossible(event)) {
                possible.add(event);
            }
        }
        if (possible.isEmpty() && !world.isAtRest() && world.isPossible(Event.TIME_PASSES)) {
            possible.add(Event.TIME_PASSES);
        }
        return possible;
    }
}
