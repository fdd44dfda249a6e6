package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A conversation of messages both ways through the whole client, in which the process dies with each single write to the
 * store, before it and behind it, its last packets lost or not, and then goes on with what survived.
 */
@Timeout(300)
class StoreCrashEnumerationTest {

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void promisesHoldWhicheverWriteIsTheLast(ProtocolVersion version) throws Exception {
        int writes = new CrashConversation(version).run(List.of());
        assertTrue(writes >= 15, writes + " writes are too few to enumerate");
        int crashes = 0;
        for (int last = 1; last <= writes; last++) {
            for (boolean survives : List.of(false, true)) {
                for (boolean lastPacketsArrive : List.of(false, true)) {
                    CrashConversation.Death death = new CrashConversation.Death(last, survives, lastPacketsArrive);
                    crashes += crash(version, List.of(death));
                }
            }
        }
        assertEquals(4 * writes, crashes);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"MQTT_5", "MQTT_3_1_1"})
    void promisesHoldWhenTheRestartIsInterruptedToo(ProtocolVersion version) throws Exception {
        int writes = new CrashConversation(version).run(List.of());
        for (int first = 1; first <= writes; first += 2) {
            for (int second = 1; second <= 7; second++) {
                crash(
                        version,
                        List.of(
                                new CrashConversation.Death(first, second % 2 == 0, second % 4 < 2),
                                new CrashConversation.Death(second, first % 4 == 1, first % 8 < 4)));
            }
        }
    }

    private static int crash(ProtocolVersion version, List<CrashConversation.Death> deaths) throws Exception {
        CrashConversation conversation = new CrashConversation(version);
        try {
            conversation.run(deaths);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(version + ", " + deaths + ": " + e.getMessage(), e);
        }
        assertEquals(List.of(), conversation.violations(), () -> version + ", " + deaths);
        return conversation.deaths();
    }
}
