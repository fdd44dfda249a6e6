package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** How often the loop comes by itself while a handler is busy. */
class DecisionPollTest {

    private final Deque<Runnable> scheduled = new ArrayDeque<>();
    private boolean busy = true;
    private int turns;
    private Runnable inTurn = () -> {};
    private final DecisionPoll poll = new DecisionPoll(
            new EventLoop() {
                @Override
                public void execute(Runnable task) {
                    throw new AssertionError("Nothing is executed");
                }

                @Override
                public boolean inLoop() {
                    return true;
                }

                @Override
                public Timer schedule(Runnable task, long delayNanos) {
                    scheduled.add(task);
                    return () -> scheduled.remove(task);
                }

                @Override
                public void release() {}
            },
            () -> busy,
            () -> {
                turns++;
                inTurn.run();
            });

    private void fire() {
        scheduled.remove().run();
    }

    @Test
    void itComesAgainWhileAHandlerIsBusyAndNoLonger() {
        poll.handedOver();
        poll.handedOver();
        assertEquals(1, scheduled.size());
        fire();
        assertEquals(1, scheduled.size());
        busy = false;
        fire();
        assertEquals(0, scheduled.size());
        assertEquals(2, turns);
    }

    @Test
    void afterTheLastTurnItNeverComesAgainThoughAHandlerIsBusyStill() {
        poll.handedOver();
        inTurn = poll::end;
        fire();
        assertEquals(0, scheduled.size());
        poll.handedOver();
        assertEquals(0, scheduled.size());
        assertEquals(1, turns);
    }

    @Test
    void theEndCallsOffWhatIsScheduled() {
        poll.handedOver();
        poll.end();
        assertEquals(0, scheduled.size());
    }
}
