package dev.aldis.mqtt.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What this process has used so far. Its processor time says what a message costs even where other processes share the
 * processors, which throughput does not.
 *
 * @param allocatedBytes on the heap, by the threads that live now; a thread that ended has taken its share along
 * @param cpuNanos of all threads, garbage collection and compilation included
 */
record ProcessUsage(long allocatedBytes, long cpuNanos) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static ProcessUsage now() {
        long bytes = Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(ofThread -> ofThread > 0)
                .sum();
        return new ProcessUsage(bytes, SYSTEM.getProcessCpuTime());
    }

    ProcessUsage since(ProcessUsage before) {
        return new ProcessUsage(allocatedBytes - before.allocatedBytes, cpuNanos - before.cpuNanos);
    }
}
