package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class QoSTest {

    @ParameterizedTest
    @EnumSource
    void aLevelFindsItsConstant(QoS qos) {
        assertSame(qos, QoS.of(qos.level()));
    }

    @Test
    void theLevelsAreThoseOfTheStandard() {
        assertEquals(0, QoS.AT_MOST_ONCE.level());
        assertEquals(1, QoS.AT_LEAST_ONCE.level());
        assertEquals(2, QoS.EXACTLY_ONCE.level());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void thereAreNoOtherLevels(int level) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> QoS.of(level));
        assertTrue(refused.getMessage().contains(String.valueOf(level)), refused::getMessage);
    }
}
