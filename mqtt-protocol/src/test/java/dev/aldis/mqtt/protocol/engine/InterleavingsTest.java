package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.Interleavings.Reduction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Small conversations in every order, with a crash or a cut behind any instant of any of them, and every order after it. Each
 * build does it with one message of each QoS and direction; {@code -Daldis.interleaved=3} with up to three and two faults, and
 * with messages of several QoS at a time, in one direction and in both.
 */
@Timeout(7_200)
class InterleavingsTest {

    private static final int MESSAGES = Integer.getInteger("aldis.interleaved", 1);
    private static final boolean BRIEFLY = MESSAGES == 1;
    private static final List<QoS> ONE_OF_EACH = List.of(QoS.values());

    /** Which messages go which way, and how many faults there are. */
    private record Conversation(List<QoS> outbound, List<QoS> inbound, int faults) {

        Interleavings reduced(Reduction reduction) {
            return new Interleavings(WorldSettings.ofMessages(outbound, inbound), faults, reduction);
        }

        @Override
        public String toString() {
            return numbers(outbound) + " out, " + numbers(inbound) + " in, " + faults + " faults";
        }

        private static List<Integer> numbers(List<QoS> messages) {
            return messages.stream().map(QoS::ordinal).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void promisesHoldInEachOrderWithFaultsBehindAnyInstant(QoS qos) {
        List<Conversation> conversations = new ArrayList<>();
        for (int count = MESSAGES; count >= 1; count--) {
            addBothWays(conversations, Collections.nCopies(count, qos), BRIEFLY ? 1 : 2);
        }
        explore(conversations);
    }

    @Test
    void promisesHoldInEachOrderOfMessagesOfAllKindsInOneDirection() {
        List<Conversation> conversations = new ArrayList<>();
        addBothWays(conversations, ONE_OF_EACH, BRIEFLY ? 0 : 1);
        explore(conversations);
    }

    private static void addBothWays(List<Conversation> conversations, List<QoS> messages, int faults) {
        conversations.add(new Conversation(messages, List.of(), faults));
        conversations.add(new Conversation(List.of(), messages, faults));
    }

    @ParameterizedTest
    @EnumSource
    void promisesHoldInEachOrderOfMessagesInBothDirections(QoS outbound) {
        List<Conversation> conversations = new ArrayList<>();
        for (QoS inbound : QoS.values()) {
            conversations.add(new Conversation(List.of(outbound), List.of(inbound), BRIEFLY ? 0 : 1));
        }
        explore(conversations);
    }

    @Test
    void promisesHoldInEachOrderOfMessagesOfAllKindsInBothDirections() {
        if (!BRIEFLY) {
            explore(List.of(new Conversation(ONE_OF_EACH, ONE_OF_EACH, 1)));
        }
    }

    private static void explore(List<Conversation> conversations) {
        conversations.parallelStream().forEach(InterleavingsTest::explore);
    }

    private static void explore(Conversation conversation) {
        long begin = System.nanoTime();
        Interleavings interleavings = conversation.reduced(Reduction.JOINED_AND_SERVER_FIRST);
        interleavings.explore();
        System.out.println(conversation + ": " + interleavings.steps() + " steps, " + interleavings.worlds()
                + " worlds, " + interleavings.ends().size() + " ends, " + (System.nanoTime() - begin) / 1_000_000
                + " ms");
        assertTrue(interleavings.steps() > 20 && !interleavings.ends().isEmpty(), "Hardly anything could happen");
    }

    /** What is left out of a world's fingerprint decides nothing. */
    @ParameterizedTest
    @EnumSource
    void ordersThatAreJoinedHaveTheEndsOfEachByItself(QoS qos) {
        int faults = BRIEFLY || qos != QoS.AT_MOST_ONCE ? 0 : 1;
        assertSameEnds(Collections.nCopies(1, qos), faults, Reduction.NONE, Reduction.JOINED);
        if (!BRIEFLY) {
            assertSameEnds(Collections.nCopies(2, qos), 0, Reduction.NONE, Reduction.JOINED);
        }
    }

    /** In which order the two sides go on after the last fault decides nothing. */
    @Test
    void theServerCanGoFirst() {
        for (QoS qos : BRIEFLY ? List.of(QoS.EXACTLY_ONCE) : ONE_OF_EACH) {
            for (int count = 1; count <= Math.min(2, MESSAGES); count++) {
                assertSameEnds(Collections.nCopies(count, qos), 1, Reduction.JOINED, Reduction.JOINED_AND_SERVER_FIRST);
            }
        }
    }

    private static void assertSameEnds(List<QoS> messages, int faults, Reduction reference, Reduction reduction) {
        List<Conversation> conversations = new ArrayList<>();
        addBothWays(conversations, messages, faults);
        for (Conversation conversation : conversations) {
            Interleavings all = conversation.reduced(reference);
            Interleavings fewer = conversation.reduced(reduction);
            all.explore();
            fewer.explore();
            assertTrue(all.steps() > fewer.steps(), "There was nothing to leave out");
            assertEquals(all.ends(), fewer.ends());
        }
    }
}
