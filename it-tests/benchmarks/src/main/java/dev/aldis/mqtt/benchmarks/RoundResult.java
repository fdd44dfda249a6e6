package dev.aldis.mqtt.benchmarks;

/**
 * What one round measured.
 *
 * @param messages how many messages were completed
 * @param nanos how long it took
 * @param usage what the process used meanwhile
 * @param medianMicros time from publish to acknowledgement, the median of a sample; 0 where it is not measured
 * @param p99Micros the same, exceeded by one in a hundred
 */
record RoundResult(long messages, long nanos, ProcessUsage usage, double medianMicros, double p99Micros) {

    double messagesPerSecond() {
        return messages * 1e9 / nanos;
    }

    double bytesPerMessage() {
        return messages == 0 ? 0 : (double) usage.allocatedBytes() / messages;
    }

    double cpuNanosPerMessage() {
        return messages == 0 ? 0 : (double) usage.cpuNanos() / messages;
    }

    /** One line by which a process hands it to another. */
    String toLine() {
        return messages + " " + nanos + " " + usage.allocatedBytes() + " " + usage.cpuNanos() + " " + medianMicros + " "
                + p99Micros;
    }

    static RoundResult parse(String line) {
        String[] parts = line.split(" ", -1);
        return new RoundResult(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                new ProcessUsage(Long.parseLong(parts[2]), Long.parseLong(parts[3])),
                Double.parseDouble(parts[4]),
                Double.parseDouble(parts[5]));
    }
}
