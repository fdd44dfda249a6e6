package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.ModelStore.Change;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreGateTest {

    private final StoreGate gate = new StoreGate(true);
    private final List<String> released = new ArrayList<>();

    private void put(long key) {
        gate.changes().put(key, 1, ByteBuffer.wrap(new byte[] {(byte) key}));
    }

    private void hold(String name) {
        gate.afterChanges(Action.STORED, name, 7);
    }

    private List<String> release() {
        released.clear();
        gate.release((action, subject, connection) -> released.add(subject + "/" + action + "/" + connection));
        return List.copyOf(released);
    }

    private List<Long> take() {
        return ModelStore.changes(gate.take()).stream().map(Change::key).toList();
    }

    @Test
    void withoutStoreNothingWaits() {
        StoreGate open = new StoreGate(false);
        open.afterChanges(Action.COMPLETE, "a", 0);
        open.release((action, subject, connection) -> released.add(String.valueOf(subject)));
        assertEquals(List.of("a"), released);
        assertFalse(open.isReadyToAppend());
    }

    @Test
    void actionWithoutChangesDoesNotWait() {
        hold("a");
        assertEquals(List.of("a/STORED/7"), release());
    }

    @Test
    void actionWaitsForTheBatchThatWasCollecting() {
        put(1);
        hold("a");
        assertEquals(List.of(), release());
        assertEquals(List.of(1L), take());
        assertEquals(List.of(), release());
        gate.handleStored(1);
        assertEquals(List.of("a/STORED/7"), release());
        assertEquals(List.of(), release());
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void anAnswerOfAConnectionIsHeldUntilItsBatchIsStored(Action action) {
        boolean isAnswer = EnumSet.of(Action.SEND_PUBREC, Action.SEND_PUBCOMP, Action.SEND_PACKET)
                .contains(action);
        assertFalse(gate.holdsAnswer(3));
        put(1);
        hold("of something else");
        gate.afterChanges(action, "a", 3);
        hold("of something else");
        assertEquals(isAnswer, gate.holdsAnswer(3));
        assertFalse(gate.holdsAnswer(4), "another connection");
        take();
        gate.handleStored(1);
        release();
        assertFalse(gate.holdsAnswer(3));
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void answersThatWaitAreCounted(Action action) {
        boolean isAnswer = EnumSet.of(Action.SEND_PUBREC, Action.SEND_PUBCOMP, Action.SEND_PUBREL, Action.SEND_PACKET)
                .contains(action);
        put(1);
        gate.afterChanges(action, "a", 3);
        gate.afterChanges(action, "b", 3);
        assertEquals(isAnswer ? 2 : 0, gate.answers());
        take();
        gate.handleStored(1);
        release();
        assertEquals(0, gate.answers());
    }

    @Test
    void whatMessagesHoldThatWaitIsCounted() {
        MessageProperties properties = MessageProperties.builder()
                .userProperty("", "")
                .userProperty("", "")
                .build();
        Message message = Message.of("t", QoS.EXACTLY_ONCE, "12345").withProperties(properties);
        put(1);
        gate.afterChanges(Action.DELIVER, new InboundMessage(message, false, List.of(), 1, 0), 0);
        assertEquals(5 + 2 * 128, gate.undeliveredBytes());
        take();
        gate.handleStored(1);
        release();
        assertEquals(0, gate.undeliveredBytes());
    }

    /** So that nothing is allocated for each commit. */
    @Test
    void aBatchIsUsedAgainWhenTheStoreHasAnsweredForIt() {
        put(1);
        ChangeBatch first = gate.take();
        gate.handleStored(1);
        put(2);
        gate.take();
        assertSame(first, gate.changes());
        assertEquals(0, first.size());
    }

    @Test
    void batchesThatFailedAreUsedAgain() {
        put(1);
        ChangeBatch first = gate.take();
        put(2);
        ChangeBatch second = gate.take();
        gate.handleFailure(1, key -> false);
        assertTrue(gate.dropTakenBack(2));
        assertEquals(List.of(1L, 2L), take());
        assertSame(first, gate.changes());
        put(3);
        gate.take();
        assertSame(second, gate.changes());
        assertEquals(0, second.size());
    }

    @Test
    void anAnswerIsFoundWhereverItStandsInTheRing() {
        put(1);
        for (int i = 0; i < 60; i++) {
            hold("early");
        }
        take();
        gate.handleStored(1);
        assertEquals(60, release().size());
        put(2);
        for (int i = 0; i < 10; i++) {
            hold("late");
        }
        gate.afterChanges(Action.SEND_PUBREC, "behind the end of the array", 3);
        assertTrue(gate.holdsAnswer(3));
    }

    /** Its place in the ring still has it, and nobody else yet. */
    @Test
    void anAnswerThatWasReleasedIsNotHeldAnyMoreWhereverItStood() {
        put(1);
        for (int i = 0; i < 64; i++) {
            gate.afterChanges(Action.SEND_PUBREC, "in each place of the ring", 3);
        }
        take();
        gate.handleStored(1);
        assertEquals(64, release().size());
        assertFalse(gate.holdsAnswer(3));
    }

    @Test
    void actionWithoutChangesWaitsForTheBatchUnderWay() {
        put(1);
        take();
        hold("a");
        assertEquals(List.of(), release());
        gate.handleStored(1);
        assertEquals(List.of("a/STORED/7"), release());
    }

    @Test
    void actionsLeaveInTheirOrderAcrossBatches() {
        put(1);
        hold("a");
        take();
        put(2);
        hold("b");
        assertEquals(List.of(2L), take());
        assertEquals(2, gate.takenNumber());
        hold("c");
        assertEquals(List.of(), release());
        gate.handleStored(1);
        assertEquals(List.of("a/STORED/7"), release());
        gate.handleStored(2);
        assertEquals(List.of("b/STORED/7", "c/STORED/7"), release());
    }

    @Test
    void someBatchesAreUnderWayAndTheNextOneCollects() {
        for (int i = 1; i <= StoreGate.MOST_UNDER_WAY; i++) {
            put(i);
            assertTrue(gate.isReadyToAppend());
            take();
        }
        put(7);
        put(8);
        assertFalse(gate.isReadyToAppend());
        gate.handleStored(1);
        assertTrue(gate.isReadyToAppend());
        assertEquals(List.of(7L, 8L), take());
    }

    @Test
    void aFailedBatchTakesThoseAfterItWithIt() {
        put(1);
        hold("a");
        take();
        put(2);
        put(3);
        hold("b");
        take();
        put(4);
        hold("c");
        gate.handleFailure(1, key -> key == 3);
        assertTrue(gate.dropTakenBack(2));
        assertEquals(List.of(1L, 2L, 4L), take());
        assertEquals(List.of(), release());
        gate.handleStored(3);
        assertEquals(List.of("a/STORED/7", "b/STORED/7", "c/STORED/7"), release());
    }

    @Test
    void nothingIsAppendedBeforeTheStoreHasAnsweredForAllThatFailed() {
        put(1);
        take();
        put(2);
        take();
        put(3);
        gate.handleFailure(1, key -> false);
        assertFalse(gate.isReadyToAppend());
        assertFalse(gate.isQuiet());
        // Whatever the answer is: its changes are in the next batch.
        assertTrue(gate.dropTakenBack(2));
        assertTrue(gate.isReadyToAppend());
        assertEquals(List.of(1L, 2L, 3L), take());
        assertFalse(gate.dropTakenBack(3));
        gate.handleStored(3);
        assertTrue(gate.isQuiet());
        put(5);
        assertEquals(List.of(5L), take());
        assertFalse(gate.dropTakenBack(4), "What is used again is not taken back any more");
    }

    @Test
    void numbersSayWhatIsDurable() {
        assertTrue(gate.isDurable(0));
        assertFalse(gate.isDurable(1));
        assertEquals(0, gate.lastNumber());
        put(1);
        assertEquals(1, gate.lastNumber());
        assertEquals(1, gate.collectingNumber());
        take();
        assertEquals(2, gate.collectingNumber());
        assertEquals(1, gate.lastNumber());
        gate.handleStored(1);
        assertTrue(gate.isDurable(1));
        assertFalse(gate.isDurable(2));
    }

    @Test
    void answerForAnotherBatchIsABug() {
        assertThrows(IllegalStateException.class, () -> gate.handleStored(1));
        put(1);
        take();
        assertThrows(IllegalStateException.class, () -> gate.handleStored(2));
        assertThrows(IllegalStateException.class, () -> gate.handleFailure(2, key -> false));
        assertThrows(IllegalStateException.class, () -> gate.dropTakenBack(2));
        gate.handleStored(1);
        assertThrows(IllegalStateException.class, () -> gate.handleStored(1));
    }

    @Test
    void anAnswerThatNobodyWaitsForSaysWhatWasExpected() {
        String none = assertThrows(IllegalStateException.class, () -> gate.handleStored(4))
                .getMessage();
        assertEquals("The store answered for batch 4, but none is under way", none);
        put(1);
        take();
        String another = assertThrows(IllegalStateException.class, () -> gate.handleStored(4))
                .getMessage();
        assertEquals("The store answered for batch 4, but batch 1 is next", another);
    }

    @Test
    void whatWaitsIsShownByKindInItsOrderAlsoWhereTheRingWraps() {
        for (int round = 0; round < 5; round++) {
            put(1);
            for (int i = 0; i < 25; i++) {
                hold("s" + i);
                gate.afterChanges(Action.COMPLETE, "c" + i, 7);
            }
            List<Object> waiting = new ArrayList<>();
            gate.forEachWaiting(Action.COMPLETE, waiting::add);
            assertEquals(IntStream.range(0, 25).mapToObj(i -> "c" + i).toList(), waiting);
            take();
            gate.handleStored(gate.takenNumber());
            assertEquals(50, release().size());
            gate.forEachWaiting(Action.COMPLETE, subject -> fail(subject + " was released"));
        }
    }

    @Test
    void failedBatchComesFirstInTheNextOne() {
        put(1);
        put(2);
        hold("a");
        take();
        put(3);
        gate.changes().remove(1);
        hold("b");
        gate.handleFailure(1, key -> key == 2);
        assertEquals(List.of(), release());
        List<Change> merged = ModelStore.changes(gate.take());
        assertEquals(List.of(1L, 3L, 1L), merged.stream().map(Change::key).toList());
        assertEquals(
                List.of(true, true, false), merged.stream().map(Change::isPut).toList());
        assertEquals(3, merged.get(1).written().content().asByteBuffer().get(0));
        gate.handleStored(2);
        assertEquals(List.of("a/STORED/7", "b/STORED/7"), release());
    }

    @Test
    void failedBatchOfWhichNothingIsLeftHoldsNothingBack() {
        put(1);
        hold("a");
        take();
        put(2);
        hold("b");
        gate.handleFailure(1, key -> true);
        assertFalse(gate.isReadyToAppend());
        assertEquals(List.of("a/STORED/7", "b/STORED/7"), release());
        long next = gate.collectingNumber();
        assertFalse(gate.isDurable(next), "What is collected from now on is not durable");
        put(3);
        hold("c");
        assertEquals(List.of(), release());
        take();
        gate.handleStored(next);
        assertEquals(List.of("c/STORED/7"), release());
    }

    @Test
    void ringGrowsAndWrapsInOrder() {
        int number = 0;
        int expected = 0;
        for (int round = 0; round < 40; round++) {
            put(1);
            for (int i = 0; i < 10 + round * 7; i++) {
                hold("n" + number++);
            }
            take();
            put(2);
            for (int i = 0; i < round; i++) {
                hold("n" + number++);
            }
            gate.handleStored(gate.takenNumber());
            for (String one : release()) {
                assertEquals("n" + expected++ + "/STORED/7", one);
            }
            take();
            gate.handleStored(gate.takenNumber());
            for (String one : release()) {
                assertEquals("n" + expected++ + "/STORED/7", one);
            }
        }
        assertEquals(number, expected);
    }

    @Test
    void burstOfActionsIsReleasedAndTheRingShrinksAgain() {
        put(1);
        for (int i = 0; i < 100_000; i++) {
            hold("a");
        }
        take();
        gate.handleStored(1);
        assertEquals(100_000, release().size());
        put(2);
        hold("b");
        take();
        gate.handleStored(2);
        assertEquals(List.of("b/STORED/7"), release());
    }
}
