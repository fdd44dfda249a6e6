package dev.aldis.mqtt.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Carries out one task with one contender for some time, and measures it. */
final class Round {

    /** In fewer, as there are where the machine stalls, the figures for each message would be those of the measuring. */
    private static final long LEAST_MESSAGES = 1_000;

    /** Several of the steps in which the system counts. */
    private static final long LEAST_CPU_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** One in so many publishes is timed; often enough for a 99th percentile, rare enough not to be felt. */
    private static final int SAMPLE = 64;

    private final Contender contender;
    private final Latencies latencies = new Latencies();

    Round(Contender contender) {
        this.contender = contender;
    }

    /** Runs for a tenth of the time without measuring, and then for the time. */
    RoundResult run(Task task, long millis) throws Exception {
        return task.direction() == Task.Direction.PUBLISH ? publish(task, millis) : receive(task, millis);
    }

    private RoundResult publish(Task task, long millis) throws Exception {
        Window window = new Window(task.window());
        publishFor(task, window, millis / 10, () -> true);
        latencies.clear();
        UsageMeter meter = new UsageMeter();
        long sentBefore = window.sent();
        long begin = System.nanoTime();
        publishFor(task, window, millis, () -> isEnough(window.sent() - sentBefore, meter));
        long nanos = System.nanoTime() - begin;
        return new RoundResult(
                window.sent() - sentBefore,
                nanos,
                meter.read(),
                latencies.quantileMicros(0.5),
                latencies.quantileMicros(0.99));
    }

    private void publishFor(Task task, Window window, long millis, BooleanSupplier enough) throws Exception {
        int sample = task.window() == 1 ? 1 : SAMPLE;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < deadline || !enough.getAsBoolean()) {
            window.enter();
            contender.publish(task.qos(), latencies.timed(window));
            for (int i = 1; i < sample; i++) {
                window.enter();
                contender.publish(task.qos(), window);
            }
        }
        window.drain();
    }

    private RoundResult receive(Task task, long millis) throws Exception {
        LongAdder received = new LongAdder();
        String filter = "flood/" + task.qos() + "/" + task.window();
        contender.subscribe(filter, task.qos(), received::increment);
        await(() -> received.sum() > 0, received);
        pause(millis / 10);
        UsageMeter meter = new UsageMeter();
        long receivedBefore = received.sum();
        long begin = System.nanoTime();
        pause(millis);
        await(() -> isEnough(received.sum() - receivedBefore, meter), received);
        long messages = received.sum() - receivedBefore;
        long nanos = System.nanoTime() - begin;
        ProcessUsage usage = meter.read();
        contender.unsubscribe(filter);
        awaitQuiet(received);
        return new RoundResult(messages, nanos, usage, 0, 0);
    }

    private static boolean isEnough(long messages, UsageMeter meter) {
        return messages >= LEAST_MESSAGES && meter.cpuNanos() >= LEAST_CPU_NANOS;
    }

    private static void await(BooleanSupplier enough, LongAdder received) throws TimeoutException {
        long deadline = System.nanoTime() + Window.STALL_NANOS;
        while (!enough.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("Only " + received + " messages came within 20 s");
            }
            pause(10);
        }
    }

    /** What is still on its way must not run into the next round. */
    private static void awaitQuiet(LongAdder received) {
        long last = -1;
        while (received.sum() != last) {
            last = received.sum();
            pause(100);
        }
    }

    private static void pause(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
