package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The command queue does, in each interleaving, what a plain list under a lock would do: nothing is lost, nothing comes
 * twice, the order is kept, exactly the first of a burst wakes the loop, and what comes too late is refused.
 */
@Timeout(3600)
class CommandQueueLincheckTest {

    private static final int INTERLEAVINGS = Integer.getInteger("aldis.interleavings", 50);

    private static final int SCENARIOS = Math.min(100, INTERLEAVINGS / 10);

    /** What producers and the loop do with a queue that stays open. Lincheck makes one for each run. */
    public static class RealQueue {

        final CommandQueue queue = new CommandQueue();
        final List<Integer> aborted = new ArrayList<>();

        private final class Numbered extends Command {
            final int number;

            Numbered(int number) {
                this.number = number;
            }

            @Override
            public void run() {}

            @Override
            public void abort(MqttException cause) {
                aborted.add(number);
            }
        }

        @Operation
        public String add(int number) {
            return queue.add(new Numbered(number)).name();
        }

        @Operation(nonParallelGroup = "loop")
        public List<Integer> takeAll() {
            List<Integer> taken = new ArrayList<>();
            for (QueueNode node = queue.takeAll(); node != null; node = node.nextNode()) {
                taken.add(((Numbered) node).number);
            }
            return taken;
        }
    }

    /** The same, and its end. */
    public static final class ClosedQueue extends RealQueue {

        @Operation(nonParallelGroup = "loop", runOnce = true)
        public List<Integer> close() {
            queue.close(new MqttException("closed", (Throwable) null));
            return List.copyOf(aborted);
        }
    }

    /** What the same calls give one after the other. */
    public static final class PlainQueue {

        private final List<Integer> waiting = new ArrayList<>();
        private boolean closed;

        public String add(int number) {
            if (closed) {
                return "REFUSED";
            }
            waiting.add(number);
            return waiting.size() == 1 ? "FIRST" : "BEHIND";
        }

        public List<Integer> takeAll() {
            List<Integer> taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        }

        public List<Integer> close() {
            closed = true;
            return takeAll();
        }
    }

    private static <O extends Options<O, ?>> void check(Class<?> queue, O options) {
        options.iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1)
                .sequentialSpecification(PlainQueue.class)
                .check(queue);
    }

    @Test
    void eachInterleavingGivesWhatAPlainListWouldGive() {
        check(RealQueue.class, new ModelCheckingOptions());
    }

    @Test
    void eachInterleavingOfTheEndGivesWhatAPlainListWouldGive() {
        check(ClosedQueue.class, new ModelCheckingOptions());
    }

    @Test
    void realThreadsGiveWhatAPlainListWouldGive() {
        check(ClosedQueue.class, new StressOptions());
    }
}
