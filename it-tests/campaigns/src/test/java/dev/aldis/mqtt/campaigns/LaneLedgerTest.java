package dev.aldis.mqtt.campaigns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A ledger has to see each way in which a promise can be broken. */
class LaneLedgerTest {

    private final LaneLedger once = ledger(QoS.EXACTLY_ONCE);
    private final LaneLedger atLeastOnce = ledger(QoS.AT_LEAST_ONCE);

    private static LaneLedger ledger(QoS qos) {
        return new LaneLedger(new Lane(ProtocolVersion.MQTT_5, qos, "h2"), true);
    }

    private static void assertViolated(LaneLedger ledger, String what) {
        List<String> violations = ledger.violations();
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.get(0).contains(what), violations::toString);
    }

    @Test
    void keptPromisesAreNoViolation() {
        once.recovered(0, 0);
        once.stored(1);
        once.stored(2);
        once.received(1, 10, false, 1);
        once.received(1, 10, true, 2);
        once.recovered(2, 1);
        once.received(2, 11, false, 2);
        once.completed(1);
        once.checkEnd(2, 0);
        assertEquals(List.of(), once.violations());

        atLeastOnce.received(1, 1, false, 1);
        atLeastOnce.received(2, 2, false, 1);
        atLeastOnce.received(1, 3, false, 1);
        atLeastOnce.checkEnd(2, 0);
        assertEquals(List.of(), atLeastOnce.violations());
    }

    @Test
    void aStoredMessageThatIsGone() {
        once.stored(3);
        once.recovered(2, 0);
        assertViolated(once, "told that 3 is stored, but found only 2");
    }

    @Test
    void aMessageDeliveredTwice() {
        once.received(1, 10, false, 1);
        once.received(1, 11, true, 2);
        assertViolated(once, "delivered twice, as 10 and as 11");
    }

    @Test
    void aMessageHandedOverAgainWithoutAMark() {
        once.received(1, 10, false, 1);
        once.received(1, 10, false, 2);
        assertViolated(once, "without being marked");
    }

    @Test
    void aMessageHandedOverAgainForNoReason() {
        once.received(1, 10, false, 1);
        once.received(1, 10, true, 1);
        assertViolated(once, "not restarted");
    }

    @Test
    void aDeliveryIdentifierUsedTwice() {
        once.received(1, 10, false, 1);
        once.received(2, 10, false, 1);
        assertViolated(once, "the same delivery identifier 10");
    }

    @Test
    void aMessageThatOvertakes() {
        atLeastOnce.received(1, 10, false, 1);
        atLeastOnce.received(3, 11, false, 1);
        assertViolated(atLeastOnce, "3 came before 2");
    }

    @Test
    void aMessageThatIsLost() throws InterruptedException {
        atLeastOnce.received(1, 10, false, 1);
        atLeastOnce.awaitAll(2, 1);
        assertViolated(atLeastOnce, "lost 1 of 2, the first 2");
    }

    @Test
    void aCompleteMessageThatIsLost() {
        once.stored(1);
        once.completed(1);
        once.checkEnd(1, 0);
        assertViolated(once, "1 was lost though it was complete");
    }

    @Test
    void aMessageThatNobodyPublished() {
        once.received(1, 10, false, 1);
        once.received(2, 11, false, 1);
        once.checkEnd(1, 0);
        assertViolated(once, "2 arrived, but only 1 were published");
    }

    @Test
    void aPublicationThatIsLeft() {
        once.received(1, 10, false, 1);
        once.checkEnd(1, 1);
        assertViolated(once, "1 publications are left");
    }

    @Test
    void anAlteredPayload() {
        byte[] bytes = Numbered.payload(1_234).toByteArray();
        assertEquals(OptionalInt.of(1_234), Numbered.number(Payload.copyOf(bytes)));
        for (int i = 0; i < bytes.length; i++) {
            byte[] altered = bytes.clone();
            altered[i] ^= 1;
            assertEquals(OptionalInt.empty(), Numbered.number(Payload.wrap(altered)), "byte " + i);
        }
    }
}
