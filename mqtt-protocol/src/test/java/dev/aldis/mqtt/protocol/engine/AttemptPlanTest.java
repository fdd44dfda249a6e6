package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProtocolViolationException;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.engine.AttemptPlan.When;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptPlanTest {

    private static final long SECOND = 1_000_000_000L;
    private final MqttException lost = new ConnectionException("lost", (Throwable) null);
    private final MqttException otherVersion =
            new ConnectionException("version", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);

    private static AttemptPlan plan(int servers, long seed) {
        AttemptPlan plan = new AttemptPlan(
                new AttemptSettings(
                        ReconnectPolicy.DEFAULT.withRetryFirstConnect(true),
                        servers,
                        List.of(ProtocolVersion.MQTT_3_1_1),
                        0,
                        false),
                seed);
        plan.reset();
        return plan;
    }

    @Test
    void onlyAConnectionThatWasStableStartsTheDelaysAgain() {
        AttemptPlan plan = plan(1, 1);
        for (int i = 1; i <= 4; i++) {
            assertEquals(i, plan.begin().number());
            assertEquals(When.LATER, plan.handleEnd(lost, -1));
            plan.nextDelayNanos();
        }
        plan.begin();
        plan.handleAccepted();
        assertEquals(When.LATER, plan.handleEnd(lost, 10 * SECOND - 1));
        assertTrue(plan.nextDelayNanos() >= 12 * SECOND);
        assertEquals(6, plan.begin().number());
        plan.handleAccepted();
        assertEquals(When.LATER, plan.handleEnd(lost, 10 * SECOND));
        assertTrue(plan.nextDelayNanos() <= 1_200_000_000L);
        assertEquals(1, plan.begin().number());
    }

    @Test
    void aSessionTakenOverIsNotFoughtForAtAnyServer() {
        AttemptPlan plan = plan(3, 1);
        plan.begin();
        plan.handleAccepted();
        assertEquals(
                When.NEVER,
                plan.handleEnd(new ConnectionException("taken", ReasonCode.SESSION_TAKEN_OVER), 100 * SECOND));
    }

    private static When refer(AttemptPlan plan, long connectedNanos) {
        plan.begin();
        plan.handleReference("other");
        return plan.handleEnd(new ConnectionException("go", ReasonCode.USE_ANOTHER_SERVER), connectedNanos);
    }

    @Test
    void serversThatReferToEachOtherAreFollowedAsOftenAsAllowedAlsoWhereEachConnectionCountsAsStable() {
        AttemptPlan plan = new AttemptPlan(
                new AttemptSettings(
                        ReconnectPolicy.DEFAULT.withStableAfter(Duration.ZERO),
                        1,
                        List.of(ProtocolVersion.MQTT_5),
                        3,
                        false),
                1);
        plan.reset();
        plan.handleAccepted();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3; i++) {
                assertEquals(When.AT_ONCE, refer(plan, 0));
            }
            assertEquals(When.LATER, refer(plan, 0));
        }
    }

    private static AttemptPlan planOfTwoVersions(int redirects, Duration stableAfter) {
        AttemptPlan plan = new AttemptPlan(
                new AttemptSettings(
                        ReconnectPolicy.DEFAULT.withRetryFirstConnect(true).withStableAfter(stableAfter),
                        1,
                        List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1),
                        redirects,
                        false),
                1);
        plan.reset();
        return plan;
    }

    @Test
    void aServerThatWasStayedWithForASecondHasNotPassedTheClientOn() {
        AttemptPlan plan = planOfTwoVersions(1, Duration.ZERO);
        for (int i = 0; i < 5; i++) {
            assertEquals(When.AT_ONCE, refer(plan, SECOND));
        }
        assertEquals(When.LATER, refer(plan, SECOND - 1));
    }

    @Test
    void aServerThatIsReferredToIsSpokenToInTheEarlierVersionIfItHasNoOther() {
        AttemptPlan plan = planOfTwoVersions(1, Duration.ofSeconds(10));
        assertEquals(When.AT_ONCE, refer(plan, -1));
        assertEquals(new Attempt(2, 0, "other", ProtocolVersion.MQTT_5), plan.begin());
        assertEquals(When.AT_ONCE, plan.handleEnd(otherVersion, -1));
        assertEquals(new Attempt(2, 0, "other", ProtocolVersion.MQTT_3_1_1), plan.begin());
        assertEquals(When.LATER, plan.handleEnd(lost, -1));
        // The server of the configuration was never heard to refuse version 5.
        assertEquals(new Attempt(3, 0, null, ProtocolVersion.MQTT_5), plan.begin());
    }

    @Test
    void aServerThatHasAcceptedTheVersionIsNotTriedInAnEarlierOne() {
        AttemptPlan plan = planOfTwoVersions(0, Duration.ofSeconds(10));
        plan.begin();
        plan.handleAccepted();
        assertEquals(When.NEVER, plan.handleEnd(otherVersion, 0));
    }

    @Test
    void anotherServerIsTriedAtOnceOnlyWhereTheFirstHasNotAccepted() {
        AttemptPlan plan = plan(3, 1);
        plan.begin();
        assertEquals(When.AT_ONCE, plan.handleEnd(lost, -1));
        plan.begin();
        plan.handleAccepted();
        assertEquals(When.LATER, plan.handleEnd(lost, 0));
        assertEquals(2, plan.begin().server());
    }

    @Test
    void aStableConnectionThatEndsForGoodIsFollowedByAnotherOnlyWhereThereIsAnotherServer() {
        MqttException banned = new ConnectionException("banned", ReasonCode.BANNED);
        assertEquals(When.NEVER, afterStable(plan(1, 1), banned));
        assertEquals(When.LATER, afterStable(plan(2, 1), banned));
        assertEquals(When.LATER, afterStable(plan(1, 1), lost));
    }

    private static When afterStable(AttemptPlan plan, MqttException reason) {
        plan.begin();
        plan.handleAccepted();
        return plan.handleEnd(reason, 10 * SECOND);
    }

    @Test
    void aViolationMayPassButNotAnAnswerInAnotherVersion() {
        assertEquals(When.LATER, afterFirst(new ProtocolViolationException("bad", ReasonCode.MALFORMED_PACKET)));
        assertEquals(
                When.NEVER,
                afterFirst(new ProtocolViolationException("3.1.1", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION)));
    }

    private static When afterFirst(MqttException reason) {
        AttemptPlan plan = plan(1, 1);
        plan.begin();
        return plan.handleEnd(reason, -1);
    }

    @Test
    void aServerThatAlwaysRefersIsFollowedAgainAfterTheDelay() {
        AttemptPlan plan = new AttemptPlan(
                new AttemptSettings(
                        ReconnectPolicy.DEFAULT.withRetryFirstConnect(true),
                        1,
                        List.of(ProtocolVersion.MQTT_5),
                        1,
                        false),
                1);
        plan.reset();
        for (int i = 0; i < 3; i++) {
            assertEquals(When.AT_ONCE, refer(plan, -1));
            assertEquals(When.LATER, refer(plan, -1));
        }
    }

    /**
     * MQTT 3.1.1 has no word for it: the server just closes the connection of the client that came first. Two clients with
     * one identifier then throw each other out, but the delays keep that rare.
     */
    @Test
    void twoClientsWithOneIdentifierDoNotStormTheServerEvenWhereItSaysNothing() {
        for (long seed = 0; seed < 20; seed++) {
            AttemptPlan[] clients = {plan(1, 2 * seed), plan(1, 2 * seed + 1)};
            long[] backAt = {0, SECOND / 2};
            long[] acceptedAt = {-1, -1};
            int connects = 0;
            long now = 0;
            while (now < 3600 * SECOND) {
                int next = backAt[0] <= backAt[1] ? 0 : 1;
                now = backAt[next];
                clients[next].begin();
                clients[next].handleAccepted();
                acceptedAt[next] = now;
                connects++;
                int other = 1 - next;
                backAt[next] = Long.MAX_VALUE;
                if (acceptedAt[other] >= 0) {
                    assertEquals(When.LATER, clients[other].handleEnd(lost, now - acceptedAt[other]));
                    acceptedAt[other] = -1;
                    backAt[other] = now + clients[other].nextDelayNanos();
                }
            }
            int count = connects;
            long shown = seed;
            assertTrue(count < 500, () -> "seed " + shown + ": " + count + " connections in an hour");
        }
    }
}
