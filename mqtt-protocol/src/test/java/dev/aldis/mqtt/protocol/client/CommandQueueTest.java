package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.aldis.mqtt.api.MqttException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandQueueTest {

    private final MqttException cause = new MqttException("closed", (Throwable) null);

    private static final class Numbered extends Command {
        final int producer;
        final int number;
        final AtomicInteger aborted;

        Numbered(int producer, int number, AtomicInteger aborted) {
            this.producer = producer;
            this.number = number;
            this.aborted = aborted;
        }

        @Override
        public void run() {}

        @Override
        public void abort(MqttException cause) {
            aborted.incrementAndGet();
        }
    }

    @Test
    void onlyTheFirstOfABurstHasToWakeTheLoop() {
        CommandQueue queue = new CommandQueue();
        AtomicInteger aborted = new AtomicInteger();
        assertEquals(CommandQueue.Added.FIRST, queue.add(new Numbered(0, 0, aborted)));
        assertEquals(CommandQueue.Added.BEHIND, queue.add(new Numbered(0, 1, aborted)));
        queue.takeAll();
        assertEquals(CommandQueue.Added.FIRST, queue.add(new Numbered(0, 2, aborted)));
    }

    @Test
    void closedQueueAbortsWhatItHoldsAndRefusesTheRest() {
        CommandQueue queue = new CommandQueue();
        AtomicInteger aborted = new AtomicInteger();
        queue.add(new Numbered(0, 0, aborted));
        queue.add(new Numbered(0, 1, aborted));
        queue.close(cause);
        queue.close(cause);
        assertEquals(2, aborted.get());
        assertEquals(CommandQueue.Added.REFUSED, queue.add(new Numbered(0, 2, aborted)));
        assertNull(queue.takeAll());
    }

    @Test
    void eachProducersOrderIsKeptAndNothingIsLost() throws Exception {
        int producers = 4;
        int each = 20_000;
        CommandQueue queue = new CommandQueue();
        AtomicInteger aborted = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                for (int i = 0; i < each; i++) {
                    queue.add(new Numbered(producer, i, aborted));
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        int[] next = new int[producers];
        int taken = 0;
        while (taken < producers * each && !Thread.interrupted()) {
            for (QueueNode node = queue.takeAll(); node != null; node = node.nextNode()) {
                Numbered command = (Numbered) node;
                assertEquals(next[command.producer]++, command.number);
                taken++;
            }
            Thread.onSpinWait();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(producers * each, taken);
        assertEquals(0, aborted.get());
    }
}
