package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class PacketIdentifiersTest {

    private final PacketIdentifiers identifiers = new PacketIdentifiers();

    @Test
    void identifiersGrowFromOneAndAreNotSoonUsedAgain() {
        assertEquals(1, identifiers.allocate());
        identifiers.free(1);
        assertEquals(2, identifiers.allocate());
        assertEquals(3, identifiers.allocate());
        assertEquals(2, identifiers.inUse());
    }

    @Test
    void allIdentifiersAreGivenOnceAndThenNone() {
        BitSet seen = new BitSet();
        for (int i = 0; i < PacketIdentifiers.MAXIMUM; i++) {
            int identifier = identifiers.allocate();
            assertTrue(identifier >= 1 && identifier <= 65_535, () -> "Identifier " + identifier);
            assertFalse(seen.get(identifier), () -> "Identifier " + identifier + " twice");
            seen.set(identifier);
        }
        assertEquals(65_535, identifiers.inUse());
        assertEquals(0, identifiers.allocate());
    }

    @Test
    void wrapsRoundToTheOnlyFreeOne() {
        for (int i = 0; i < PacketIdentifiers.MAXIMUM; i++) {
            identifiers.allocate();
        }
        identifiers.free(40_000);
        assertEquals(40_000, identifiers.allocate());
        assertEquals(0, identifiers.allocate());
        identifiers.free(1);
        identifiers.free(65_535);
        assertEquals(65_535, identifiers.allocate());
        assertEquals(1, identifiers.allocate());
    }

    @Test
    void reservedIdentifiersAreNotGiven() {
        assertTrue(identifiers.reserve(2));
        assertTrue(identifiers.reserve(1));
        assertFalse(identifiers.reserve(2));
        assertEquals(3, identifiers.allocate());
    }

    @Test
    void freeingWhatIsNotInUseIsABug() {
        assertThrows(IllegalStateException.class, () -> identifiers.free(5));
    }
}
