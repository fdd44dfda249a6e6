package dev.aldis.mqtt.benchmarks;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** The times from publish to acknowledgement of a sample of messages. Safe for use by several threads. */
final class Latencies {

    private final long[] nanos = new long[1 << 20];
    private final AtomicInteger count = new AtomicInteger();

    /** A completion that notes the time since now. */
    Completion timed(Completion next) {
        long begin = System.nanoTime();
        return new Completion() {
            @Override
            void completed() {
                add(System.nanoTime() - begin);
                next.completed();
            }

            @Override
            void failed(Throwable cause) {
                next.failed(cause);
            }
        };
    }

    private void add(long value) {
        int index = count.getAndIncrement();
        if (index < nanos.length) {
            nanos[index] = value;
        }
    }

    void clear() {
        count.set(0);
    }

    /** The value below which a share of the samples lies, in microseconds; 0 without samples. */
    double quantileMicros(double share) {
        int size = Math.min(count.get(), nanos.length);
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1, Math.round(share * size))] / 1_000.0;
    }
}
