package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that expire while they are in the store only, and while no process runs at all. */
@Timeout(60)
class PagedQueueExpiryTest {

    private static final int MESSAGES = 300;
    private static final int SHORT_LIVED = 200;
    private static final int SECONDS = 60;
    private static final long MILLIS = SECONDS * 1_000L;

    private final SimulatedWorld world = new SimulatedWorld(settings(), new Residence(2, 1 << 20));

    private static WorldSettings settings() {
        List<QoS> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            messages.add(i % 2 == 0 ? QoS.EXACTLY_ONCE : QoS.AT_LEAST_ONCE);
        }
        return new WorldSettings(
                ProtocolVersion.MQTT_5,
                LostSessionPolicy.REPUBLISH,
                true,
                4,
                messages,
                List.of(),
                0,
                Integer.MAX_VALUE,
                Receipts.WHEN_STORED,
                MESSAGES,
                false);
    }

    /** A long queue, of which the first part is worth nothing after a minute, in the store of a process that dies. */
    private void fillAndDie(Fault fault) {
        world.application().letMessagesExpire(SECONDS, world::epochMillis);
        publish(SHORT_LIVED);
        world.application().letMessagesExpire(100 * SECONDS, world::epochMillis);
        publish(MESSAGES - SHORT_LIVED);
        world.strike(fault);
        int resident = world.engine().pending().size();
        assertTrue(resident < SHORT_LIVED, resident + " messages are in memory");
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            world.happen(Event.APPLICATION_PUBLISHES);
            while (world.isPossible(Event.STORE_ANSWERS)) {
                world.happen(Event.STORE_ANSWERS);
            }
        }
    }

    private void settle() {
        world.settle();
        new WorldPromises(world).check(true);
    }

    private List<Integer> arrived() {
        List<Integer> arrived = new ArrayList<>();
        for (int number = 0; number < MESSAGES; number++) {
            for (int i = world.ledger().arrivals("out-" + number); i > 0; i--) {
                arrived.add(number);
            }
        }
        return arrived;
    }

    private static List<Integer> from(int first) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = first; number < MESSAGES; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH", "CRASH_AFTER_STORE"})
    void whatExpiredWhileNoProcessRanIsNeverSentAndWhatIsBehindItIs(Fault fault) {
        fillAndDie(fault);
        world.setClock(MILLIS);
        settle();
        assertEquals(from(SHORT_LIVED), arrived());
    }

    @Test
    void whatHasAMomentLeftAfterARestartIsSent() {
        fillAndDie(Fault.CRASH);
        world.setClock(MILLIS - 1);
        settle();
        assertEquals(from(0), arrived());
    }

    @Test
    void whatExpiresInTheStoreOnlyWhileTheQueueDrainsIsNotSentEither() {
        fillAndDie(Fault.CRASH);
        while (world.ledger().arrivals("out-20") == 0) {
            world.happen(world.firstPossible(List.of(Event.values())));
        }
        world.setClock(MILLIS);
        settle();
        List<Integer> arrived = arrived();
        assertTrue(arrived.size() < MESSAGES - SHORT_LIVED + 60, arrived.size() + " messages have arrived");
        assertEquals(
                from(SHORT_LIVED),
                arrived.stream().filter(number -> number >= SHORT_LIVED).toList());
    }
}
