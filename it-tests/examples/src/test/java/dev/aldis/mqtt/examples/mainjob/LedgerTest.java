package dev.aldis.mqtt.examples.mainjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.examples.Received;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LedgerTest {

    private final Milestones milestones = new Milestones();
    private final Ledger ledger = new Ledger("test", List.of("one", "two", "three"), milestones);

    @Test
    void theDataSetHasEachRowOnce() {
        assertEquals(1_461, Weather.rows().size());
        assertEquals(1_461, new HashSet<>(Weather.rows()).size());
        assertEquals("2012-01-01,0.0,12.8,5.0,4.7,drizzle", Weather.rows().get(0));
    }

    @Test
    void eachRowOnceKeepsEveryPromise() throws InterruptedException {
        take("one", "two", "three", Publisher.END);
        milestones.awaitEnd(Duration.ofSeconds(1));
        assertEquals(new Outcome(QoS.EXACTLY_ONCE, 1, 3, 3, 0, 0, 0), outcome(QoS.EXACTLY_ONCE));
        assertTrue(outcome(QoS.EXACTLY_ONCE).kept());
    }

    @Test
    void aDuplicateBreaksThePromiseOfQos2Only() {
        take("one", "two", "two", "three");
        assertEquals(new Outcome(QoS.EXACTLY_ONCE, 1, 3, 4, 0, 1, 0), outcome(QoS.EXACTLY_ONCE));
        assertFalse(outcome(QoS.EXACTLY_ONCE).kept());
        assertTrue(outcome(QoS.AT_LEAST_ONCE).kept());
    }

    @Test
    void aLostRowBreaksThePromisesOfQos1And2() {
        take("one", "three");
        assertEquals(1, outcome(QoS.EXACTLY_ONCE).lost());
        assertFalse(outcome(QoS.EXACTLY_ONCE).kept());
        assertFalse(outcome(QoS.AT_LEAST_ONCE).kept());
        assertTrue(outcome(QoS.AT_MOST_ONCE).kept());
        assertTrue(Outcome.table(List.of(outcome(QoS.EXACTLY_ONCE))).contains("BROKEN"));
    }

    @Test
    void aMessageThatNobodyPublishedBreaksEveryPromise() {
        take("one", "two", "three", "four");
        assertFalse(outcome(QoS.AT_MOST_ONCE).kept());
    }

    private Outcome outcome(QoS qos) {
        return Outcome.of(qos, 1, 3, ledger);
    }

    private void take(String... texts) {
        for (String text : texts) {
            ledger.handle(new Received(Message.of("weather", QoS.EXACTLY_ONCE, text), false, 1));
        }
    }
}
