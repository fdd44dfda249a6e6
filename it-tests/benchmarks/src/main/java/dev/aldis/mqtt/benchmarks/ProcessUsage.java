package dev.aldis.mqtt.benchmarks;

/**
 * What this process has used in some time. Its processor time says what a message costs even where other processes share
 * the processors, which throughput does not.
 *
 * @param allocatedBytes on the heap
 * @param cpuNanos of all threads, garbage collection and compilation included
 */
record ProcessUsage(long allocatedBytes, long cpuNanos) {}
