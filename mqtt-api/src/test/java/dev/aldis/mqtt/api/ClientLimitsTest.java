package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClientLimitsTest {

    private static final ClientLimits LIMITS = ClientLimits.DEFAULT;

    private record Range(String name, long minimum, long maximum, LongFunction<ClientLimits> with) {}

    private static final List<Range> RANGES = List.of(
            new Range("Receive Maximum", 0, 65_535, value -> LIMITS.withReceiveMaximum((int) value)),
            new Range("Maximum Packet Size", 64, 268_435_460, value -> LIMITS.withMaximumPacketSizeBytes((int) value)),
            new Range("Maximum in flight", 0, 65_535, value -> LIMITS.withMaximumInFlight((int) value)),
            new Range(
                    "Maximum of queued messages",
                    1,
                    Integer.MAX_VALUE,
                    value -> LIMITS.withMaximumQueued((int) value, 1)),
            new Range("Maximum of queued bytes", 1, Long.MAX_VALUE, value -> LIMITS.withMaximumQueued(1, value)));

    @Test
    void theEdgesOfEachRangeAreAllowed() {
        for (Range range : RANGES) {
            assertDoesNotThrow(() -> range.with().apply(range.minimum()), range.name());
            assertDoesNotThrow(() -> range.with().apply(range.maximum()), range.name());
        }
    }

    @Test
    void aValueOutsideIsRefusedWithNameValueAndRange() {
        for (Range range : RANGES) {
            IllegalArgumentException below = assertThrows(
                    IllegalArgumentException.class, () -> range.with().apply(range.minimum() - 1), range.name());
            assertEquals(
                    range.name() + " " + (range.minimum() - 1) + " is out of range: use " + range.minimum() + " to "
                            + range.maximum(),
                    below.getMessage());
            if (range.maximum() < Integer.MAX_VALUE) {
                IllegalArgumentException above = assertThrows(
                        IllegalArgumentException.class, () -> range.with().apply(range.maximum() + 1), range.name());
                assertTrue(above.getMessage().contains(" " + (range.maximum() + 1) + " "), above::getMessage);
            }
        }
    }

    @Test
    void aReceiveMaximumThatIsNotInsistedOnIsAskedForAllTheSame() {
        assertEquals(1_000, LIMITS.effectiveReceiveMaximum());
        assertEquals(7, LIMITS.withReceiveMaximum(7).effectiveReceiveMaximum());
        assertEquals(1_000, LIMITS.withReceiveMaximum(7).withReceiveMaximum(0).effectiveReceiveMaximum());
    }

    @Test
    void eachChangeLeavesTheOtherLimits() {
        assertEquals(
                new ClientLimits(1, 64, 2, 3, 4),
                LIMITS.withMaximumQueued(3, 4)
                        .withMaximumInFlight(2)
                        .withMaximumPacketSizeBytes(64)
                        .withReceiveMaximum(1));
    }
}
