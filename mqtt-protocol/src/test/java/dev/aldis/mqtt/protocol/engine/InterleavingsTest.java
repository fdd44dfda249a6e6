package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Small conversations in every order, with a crash or a cut behind any instant of any of them, and every order after it. Each
 * build does it with one message of each QoS and direction; {@code -Daldis.interleaved=3} with up to three, with two faults as
 * long as there are fewer, and with messages of several QoS at a time.
 */
@Timeout(7_200)
class InterleavingsTest {

    private static final int MESSAGES = Integer.getInteger("aldis.interleaved", 1);
    private static final List<QoS> ONE_OF_EACH = List.of(QoS.values());

    @ParameterizedTest
    @EnumSource
    void promisesHoldInEachOrderWithFaultsBehindAnyInstant(QoS qos) {
        for (int count = 1; count <= MESSAGES; count++) {
            List<QoS> messages = Collections.nCopies(count, qos);
            int faults = count < MESSAGES ? 2 : 1;
            explore(messages, List.of(), faults);
            explore(List.of(), messages, faults);
        }
    }

    @Test
    void promisesHoldInEachOrderOfMessagesOfAllKinds() {
        int faults = MESSAGES == 1 ? 0 : 1;
        explore(ONE_OF_EACH, List.of(), faults);
        explore(List.of(), ONE_OF_EACH, faults);
    }

    /** Joined or each by itself, they come to the same ends: what is left out of a world's fingerprint decides nothing. */
    @ParameterizedTest
    @EnumSource
    void ordersThatAreJoinedHaveTheEndsOfEachByItself(QoS qos) {
        int faults = MESSAGES == 1 || qos != QoS.AT_MOST_ONCE ? 0 : 1;
        for (int count = 1; count <= Math.min(2, MESSAGES); count++) {
            List<QoS> messages = Collections.nCopies(count, qos);
            for (WorldSettings settings : List.of(world(messages, List.of()), world(List.of(), messages))) {
                Interleavings joined = new Interleavings(settings, count > 1 ? 0 : faults, true);
                Interleavings single = new Interleavings(settings, count > 1 ? 0 : faults, false);
                joined.explore();
                single.explore();
                assertTrue(single.steps() > joined.steps(), "There was nothing to join");
                assertEquals(single.ends(), joined.ends());
            }
        }
    }

    private static void explore(List<QoS> outbound, List<QoS> inbound, int faults) {
        long begin = System.nanoTime();
        Interleavings interleavings = new Interleavings(world(outbound, inbound), faults, true);
        interleavings.explore();
        System.out.println(numbers(outbound) + " out, " + numbers(inbound) + " in, " + faults + " faults: "
                + interleavings.steps() + " steps, " + interleavings.worlds() + " worlds, "
                + interleavings.ends().size() + " ends, " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        assertTrue(interleavings.steps() > 20 && !interleavings.ends().isEmpty(), "Hardly anything could happen");
    }

    private static List<Integer> numbers(List<QoS> messages) {
        return messages.stream().map(QoS::ordinal).toList();
    }

    private static WorldSettings world(List<QoS> outbound, List<QoS> inbound) {
        return new WorldSettings(
                ProtocolVersion.MQTT_5, LostSessionPolicy.REPUBLISH, true, 2, outbound, inbound, 0, Integer.MAX_VALUE);
    }
}
