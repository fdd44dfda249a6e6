package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentifierTableTest {

    private final IdentifierTable<String> table = new IdentifierTable<>();

    @Test
    void findsWhatWasSetAtEachEdge() {
        for (int identifier : new int[] {1, 255, 256, 257, 65_280, 65_534, 65_535}) {
            assertNull(table.get(identifier));
            table.set(identifier, "n" + identifier);
            assertEquals("n" + identifier, table.get(identifier));
        }
        assertNull(table.get(2));
        assertNull(table.get(30_000));
    }

    @Test
    void removesAndReplaces() {
        table.remove(9);
        table.set(9, "a");
        table.set(9, "b");
        assertEquals("b", table.get(9));
        table.remove(9);
        assertNull(table.get(9));
    }

    @Test
    void walksInTheOrderOfTheIdentifiers() {
        table.set(65_535, "last");
        table.set(300, "middle");
        table.set(1, "first");
        table.set(5, "gone");
        table.remove(5);
        List<String> walked = new ArrayList<>();
        table.forEach(walked::add);
        assertEquals(List.of("first", "middle", "last"), walked);
    }
}
