package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The last commit of a file that was not closed, cut at every byte: all commits before it are there. The system property
 * {@code aldis.everyByte} cuts at each byte instead of at each of the first and last ones and some between.
 */
@Timeout(600)
class TornTailTest {

    private static final int STEP = Boolean.getBoolean("aldis.everyByte") ? 1 : 61;
    private static final int EDGE = 40;

    @TempDir
    Path folder;

    @Test
    void theLastCommitCutAtEveryByteCostsThatCommitAlone() throws IOException {
        byte[] before = {};
        byte[] after = {};
        Map<Long, String> expected = new HashMap<>();
        long last = -1;
        try (SessionStore store = TestStores.open(folder)) {
            // Until a commit lies at the end of the file; others use space again.
            while (after.length <= before.length || last < 5) {
                expected = TestStores.texts(store);
                before = Files.readAllBytes(data());
                TestStores.put(store, ++last, "text " + last);
                after = Files.readAllBytes(data());
            }
        }
        int whole = 0;
        for (int length = before.length; length <= after.length; length += next(length, before.length, after.length)) {
            List<String> damage = new ArrayList<>();
            Files.write(data(), Arrays.copyOf(after, length));
            Map<Long, String> found = new HashMap<>();
            try (SessionStore store = TestStores.open(folder, damage::add)) {
                found.putAll(TestStores.texts(store));
            }
            String when = "cut to " + length + " of " + after.length + damage;
            whole += found.remove(last) == null ? 0 : 1;
            assertEquals(expected, found, when);
        }
        assertTrue(whole > 0, "the file as it was has all of them");
    }

    private static int next(int length, int start, int end) {
        return length < start + EDGE || length >= end - EDGE ? 1 : Math.min(STEP, end - EDGE - length);
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }
}
