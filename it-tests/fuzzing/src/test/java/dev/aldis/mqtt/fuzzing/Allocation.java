package dev.aldis.mqtt.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much memory this thread has taken. */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long before = THREADS.getCurrentThreadAllocatedBytes();

    /** Whether no more was taken since this was made than some for the start, and some for each byte of the input. */
    boolean isAtMost(int startBytes, int bytesPerByte, int inputBytes) {
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        return taken <= startBytes + (long) bytesPerByte * inputBytes;
    }
}
