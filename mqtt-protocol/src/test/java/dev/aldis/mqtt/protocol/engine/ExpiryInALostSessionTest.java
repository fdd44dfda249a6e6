package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that was sent, whose session is lost, and that expires before it can be sent again. */
@Timeout(30)
class ExpiryInALostSessionTest {

    private static final List<Event> ORDER = List.of(
            Event.APPLICATION_PUBLISHES,
            Event.STORE_ANSWERS,
            Event.TRANSPORT_CONNECTS,
            Event.CLIENT_RECEIVES,
            Event.SERVER_RECEIVES,
            Event.TIME_PASSES);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyIsToldThatItWasNotSent(boolean journal) {
        SimulatedWorld world = world(journal);
        world.application().letMessagesExpire(60, world::epochMillis);
        runUntilInFlight(world, 2);
        // The next server takes one message at a time, so the second one has to wait.
        world.choices().decideBy(bound -> bound == 3 ? 1 : 0);
        world.loseSessionWithNextFault();
        world.strike(Fault.CUT_AFTER_WRITES);
        assertEquals(1, world.ledger().arrivals("out-1"));
        runUntilInFlight(world, 1);
        world.setClock(60_000);
        world.settle();
        assertEquals(PublishFailure.UNKNOWN.name(), world.application().outcome(1));
        assertEquals(1, world.ledger().arrivals("out-1"));
    }

    private static SimulatedWorld world(boolean journal) {
        return new SimulatedWorld(new WorldSettings(
                ProtocolVersion.MQTT_5,
                LostSessionPolicy.REPUBLISH,
                journal,
                2,
                List.of(QoS.AT_LEAST_ONCE, QoS.AT_LEAST_ONCE),
                List.of(),
                0,
                Integer.MAX_VALUE));
    }

    private static void runUntilInFlight(SimulatedWorld world, int count) {
        while (!(world.server().isConnected() && world.engine().inFlight() == count)) {
            Event next = world.firstPossible(ORDER);
            assertNotNull(next);
            world.happen(next);
        }
        while (world.isPossible(Event.STORE_ANSWERS)) {
            world.happen(Event.STORE_ANSWERS);
        }
    }
}
