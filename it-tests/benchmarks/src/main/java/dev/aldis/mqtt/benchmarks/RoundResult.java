package dev.aldis.mqtt.benchmarks;

/**
 * What one round measured.
 *
 * @param messages how many messages were completed
 * @param nanos how long it took
 * @param allocatedBytes what the process allocated on the heap meanwhile
 * @param medianMicros time from publish to acknowledgement, the median of a sample; 0 where it is not measured
 * @param p99Micros the same, exceeded by one in a hundred
 */
record RoundResult(long messages, long nanos, long allocatedBytes, double medianMicros, double p99Micros) {

    double messagesPerSecond() {
        return messages * 1e9 / nanos;
    }

    double bytesPerMessage() {
        return messages == 0 ? 0 : (double) allocatedBytes / messages;
    }

    /** One line by which a process hands it to another. */
    String toLine() {
        return messages + " " + nanos + " " + allocatedBytes + " " + medianMicros + " " + p99Micros;
    }

    static RoundResult parse(String line) {
        String[] parts = line.split(" ", -1);
        return new RoundResult(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Double.parseDouble(parts[3]),
                Double.parseDouble(parts[4]));
    }
}
