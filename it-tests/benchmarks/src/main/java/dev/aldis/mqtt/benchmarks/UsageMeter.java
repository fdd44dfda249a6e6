package dev.aldis.mqtt.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Measures what this process uses from now on. A thread that ends before the end takes its share along. */
final class UsageMeter {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Map<Long, Long> allocatedBefore = allocatedBytesByThread();
    private final long cpuNanosBefore = SYSTEM.getProcessCpuTime();

    /** What the process has taken since this was made, as exactly as the system counts, which is in steps of 10 ms. */
    long cpuNanos() {
        return SYSTEM.getProcessCpuTime() - cpuNanosBefore;
    }

    ProcessUsage read() {
        long cpuNanos = cpuNanos();
        long bytes = 0;
        for (Map.Entry<Long, Long> thread : allocatedBytesByThread().entrySet()) {
            bytes += thread.getValue() - allocatedBefore.getOrDefault(thread.getKey(), 0L);
        }
        return new ProcessUsage(bytes, cpuNanos);
    }

    private static Map<Long, Long> allocatedBytesByThread() {
        long[] threads = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(threads);
        Map<Long, Long> byThread = new HashMap<>();
        for (int i = 0; i < threads.length; i++) {
            byThread.put(threads[i], Math.max(0, bytes[i]));
        }
        return byThread;
    }
}
