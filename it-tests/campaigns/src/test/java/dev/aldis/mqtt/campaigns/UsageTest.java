package dev.aldis.mqtt.campaigns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageTest {

    private static List<String> growth(long heap, long threads, long files, long store) {
        return Usage.growth(IntStream.range(0, 12)
                .mapToObj(i -> new Usage(10_000_000 + i * heap, 20 + i * threads, 50 + i * files, i * store))
                .toList());
    }

    @Test
    void whatStaysDoesNotGrow() {
        assertEquals(List.of(), growth(0, 0, 0, 0));
        assertEquals(new Usage(1, 2, 3, 4), Usage.of(new Usage(1, 2, 3, 4).toString()));
    }

    @Test
    void eachGrowthIsFound() {
        assertTrue(growth(5 << 20, 0, 0, 0).get(0).contains("heap"));
        assertTrue(growth(0, 2, 0, 0).get(0).contains("threads"));
        assertTrue(growth(0, 0, 4, 0).get(0).contains("files"));
        assertTrue(growth(0, 0, 0, 65 << 20).get(0).contains("stores"));
    }
}
