package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.LatencyStatistics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters and gauges of one client. Written on its event loop only, read by any thread: a write is a plain store that
 * nobody has to wait for.
 */
@SuppressWarnings("EnumOrdinal") // The array is made of the values and lives no longer than they.
final class Meters {

    /** What is counted or measured. */
    enum Meter {
        ATTEMPTS,
        ACCEPTED,
        RECONNECTS,
        LOST,
        SENT_PACKETS,
        SENT_BYTES,
        SENT_MESSAGES,
        RECEIVED_PACKETS,
        RECEIVED_BYTES,
        RECEIVED_MESSAGES,
        COMPLETED,
        REJECTED,
        FAILED,
        QUEUED_MESSAGES,
        QUEUED_BYTES,
        IN_FLIGHT,
        HANDED_OVER,
        HANDLED,
        LATENCY_TOTAL,
        LATENCY_MAXIMUM
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Meter.values().length];
    private final long[] latencies = new long[LatencyStatistics.CLASSES];

    // --- the loop

    void add(Meter meter, long amount) {
        set(meter, values[meter.ordinal()] + amount);
    }

    void set(Meter meter, long value) {
        ELEMENT.setOpaque(values, meter.ordinal(), value);
    }

    void latency(long nanos) {
        int index = LatencyStatistics.classOf(nanos);
        ELEMENT.setOpaque(latencies, index, latencies[index] + 1);
        add(Meter.LATENCY_TOTAL, nanos);
        if (nanos > values[Meter.LATENCY_MAXIMUM.ordinal()]) {
            set(Meter.LATENCY_MAXIMUM, nanos);
        }
    }

    // --- any thread

    private long get(Meter meter) {
        return (long) ELEMENT.getOpaque(values, meter.ordinal());
    }

    ClientStatistics snapshot() {
        long[] counts = new long[latencies.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) ELEMENT.getOpaque(latencies, i);
        }
        // In this order a message is never handled before it was handed over.
        long handled = get(Meter.HANDLED);
        long handedOver = get(Meter.HANDED_OVER);
        return new ClientStatistics(
                new ClientStatistics.Connections(
                        get(Meter.ATTEMPTS), get(Meter.ACCEPTED), get(Meter.RECONNECTS), get(Meter.LOST)),
                new ClientStatistics.Traffic(get(Meter.SENT_PACKETS), get(Meter.SENT_BYTES), get(Meter.SENT_MESSAGES)),
                new ClientStatistics.Traffic(
                        get(Meter.RECEIVED_PACKETS), get(Meter.RECEIVED_BYTES), get(Meter.RECEIVED_MESSAGES)),
                new ClientStatistics.Publications(
                        get(Meter.COMPLETED),
                        get(Meter.REJECTED),
                        get(Meter.FAILED),
                        get(Meter.QUEUED_MESSAGES),
                        get(Meter.QUEUED_BYTES),
                        get(Meter.IN_FLIGHT)),
                new ClientStatistics.Deliveries(handedOver, handled, Math.max(0, handedOver - handled)),
                new LatencyStatistics(counts, get(Meter.LATENCY_TOTAL), get(Meter.LATENCY_MAXIMUM)));
    }
}
