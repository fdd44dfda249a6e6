package dev.aldis.mqtt.benchmarks;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A queue that is much longer than memory: one process fills it while there is no server and is gone without a word,
 * another finds it and sends it all.
 */
public final class LongQueue {

    private static final int PART = 10;
    private static final int UNSTORED = 2_000;

    private LongQueue() {}

    /**
     * Fills or drains a queue, and prints figures.
     *
     * @param arguments {@code fill} or {@code drain}, the port of the server, the persistence URI, the number of messages
     * @throws Exception if anything fails
     */
    public static void main(String[] arguments) throws Exception {
        long started = System.nanoTime();
        int port = Integer.parseInt(arguments[1]);
        int messages = Integer.parseInt(arguments[3]);
        AtomicLong begun = new AtomicLong();
        MqttClient client = MqttClient.builder()
                .server("mqtt://127.0.0.1:" + port)
                .clientIdentifier("long-queue")
                .persistence(arguments[2])
                .limits(ClientLimits.DEFAULT.withMaximumQueued(Integer.MAX_VALUE, Long.MAX_VALUE))
                .observation(ObservationOptions.NONE.withPublications(true))
                .listener(event -> {
                    if (event instanceof ClientEvent.PublicationEnded) {
                        begun.compareAndSet(0, millisSince(started));
                    }
                })
                .build();
        if (arguments[0].equals("fill")) {
            fill(client, messages);
        } else {
            drain(client, started, begun);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Prints the milliseconds that each tenth has taken. */
    private static void fill(MqttClient client, int messages) throws Exception {
        Message message = Message.of(
                TopicName.of(Benchmarks.TOPIC), QoS.AT_LEAST_ONCE, Payload.wrap(new byte[Benchmarks.PAYLOAD_BYTES]));
        Semaphore unstored = new Semaphore(UNSTORED);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        StringBuilder times = new StringBuilder("filled");
        for (int part = 0; part < PART; part++) {
            long begin = System.nanoTime();
            for (int i = 0; i < messages / PART; i++) {
                unstored.acquire();
                var unused = client.enqueue(message).whenComplete((nothing, cause) -> {
                    failure.compareAndSet(null, cause);
                    unstored.release();
                });
            }
            unstored.acquire(UNSTORED);
            unstored.release(UNSTORED);
            times.append(' ').append(millisSince(begin));
        }
        if (failure.get() != null) {
            throw new IllegalStateException("Not stored", failure.get());
        }
        System.out.println(times + " heap " + usedHeapBytes());
    }

    /** Prints the milliseconds from the start of the program to the first and to the last acknowledgement. */
    private static void drain(MqttClient client, long started, AtomicLong begun) throws Exception {
        long opened = millisSince(started);
        client.connect().get(60, TimeUnit.SECONDS);
        client.publish(Benchmarks.TOPIC, QoS.AT_LEAST_ONCE, "the last one").get(10, TimeUnit.MINUTES);
        System.out.println("drained " + opened + " " + begun + " " + millisSince(started) + " heap " + usedHeapBytes());
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static long usedHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
