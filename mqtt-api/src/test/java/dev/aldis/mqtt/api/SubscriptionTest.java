package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SubscriptionTest {

    private static final Subscription PLAIN = Subscription.of("a/#", QoS.EXACTLY_ONCE);

    @Test
    void theDefaultsAreThoseOfTheStandardAndNeedNoVersion() {
        assertEquals(
                new Subscription(TopicFilter.of("a/#"), QoS.EXACTLY_ONCE, false, false, RetainHandling.SEND), PLAIN);
        assertFalse(PLAIN.needsMqtt5());
    }

    @Test
    void eachOptionNeedsMqtt5AndLeavesTheOthers() {
        Subscription noLocal = PLAIN.withNoLocal(true);
        Subscription asPublished = PLAIN.withRetainAsPublished(true);
        Subscription ifNew = PLAIN.withRetainHandling(RetainHandling.SEND_IF_NEW);
        assertTrue(noLocal.needsMqtt5() && noLocal.noLocal());
        assertTrue(asPublished.needsMqtt5() && asPublished.retainAsPublished());
        assertTrue(ifNew.needsMqtt5());
        assertEquals(PLAIN, noLocal.withNoLocal(false));
        assertEquals(PLAIN, asPublished.withRetainAsPublished(false));
        assertEquals(PLAIN, ifNew.withRetainHandling(RetainHandling.SEND));
    }

    @Test
    void aSharedSubscriptionHasNoNoLocal() {
        Subscription shared = Subscription.of("$share/g/a", QoS.AT_LEAST_ONCE);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> shared.withNoLocal(true));
        assertTrue(refused.getMessage().endsWith("[MQTT-3.8.3-4]"), refused::getMessage);
    }
}
