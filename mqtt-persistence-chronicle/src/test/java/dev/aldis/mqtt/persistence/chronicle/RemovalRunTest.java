package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Removals of keys that follow each other are stored as one, whatever stands between them. */
@Timeout(60)
class RemovalRunTest {

    @TempDir
    Path folder;

    @Test
    void whatIsRemovedInRunsIsWhatIsRemovedOneByOne() {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Long, String> expected = new TreeMap<>();
        for (int round = 0; round < 10; round++) {
            try (SessionStore store = TestStores.open(folder)) {
                assertEquals(
                        expected,
                        TestStores.texts(store),
                        "seed " + seed + ", round " + round + " (replay with -Daldis.seed=" + seed + ")");
                for (int i = 0; i < 20; i++) {
                    TestStores.apply(store, batch(random, expected));
                }
                assertEquals(expected, TestStores.texts(store), "seed " + seed);
            }
        }
    }

    /** Runs of puts and removals upwards, with single ones among them, also of keys just removed. */
    private static ChangeBatch batch(Random random, Map<Long, String> expected) {
        ChangeBatch batch = new ChangeBatch();
        for (int run = random.nextInt(10); run >= 0; run--) {
            long key = random.nextInt(50);
            boolean puts = random.nextInt(3) == 0;
            for (int length = random.nextInt(20); length >= 0; length--, key++) {
                if (puts != (random.nextInt(8) == 0)) {
                    String text = "record " + random.nextInt(1000);
                    batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                    expected.put(key, text);
                } else {
                    batch.remove(key);
                    expected.remove(key);
                }
            }
        }
        if (random.nextBoolean()) {
            batch.remove(Long.MAX_VALUE);
        }
        return batch;
    }
}
