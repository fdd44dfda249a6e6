package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.QoS;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What both ends of a lane have said, and every contradiction to what was promised. Messages are numbered from 1 on and
 * published in order.
 */
public final class LaneLedger {

    private static final int MOST_VIOLATIONS = 20;

    private final Lane lane;
    private final boolean brokerKeepsOrder;
    private final List<String> violations = new ArrayList<>();

    private final BitSet completed = new BitSet();
    private int lastStored;
    private int recoveries;
    private long recoveredPending;

    private final BitSet received = new BitSet();
    private final Map<Long, Integer> numbersByDelivery = new HashMap<>();
    private long[] deliveries = new long[1_024];
    private int[] runs = new int[1_024];
    private int count;
    private int twice;
    private int marked;

    /**
     * An empty ledger.
     *
     * @param lane which one
     * @param brokerKeepsOrder whether the broker hands messages on in the order in which it took them
     */
    public LaneLedger(Lane lane, boolean brokerKeepsOrder) {
        this.lane = lane;
        this.brokerKeepsOrder = brokerKeepsOrder;
    }

    /**
     * A publisher has started on its store.
     *
     * @param checkpoint the number in the checkpoint that it found, 0 for none
     * @param pending how many publications it found
     */
    public synchronized void recovered(int checkpoint, int pending) {
        if (checkpoint < lastStored) {
            violate("was told that " + lastStored + " is stored, but found only " + checkpoint + " after a restart");
        }
        // What is stored without anybody having heard of it is stored all the same.
        lastStored = Math.max(lastStored, checkpoint);
        recoveries++;
        recoveredPending += pending;
    }

    /**
     * The publisher was told that a message is durable.
     *
     * @param number which
     */
    public synchronized void stored(int number) {
        lastStored = Math.max(lastStored, number);
        notifyAll();
    }

    /**
     * The publisher was told that a message is complete.
     *
     * @param number which
     */
    public synchronized void completed(int number) {
        completed.set(number);
    }

    /**
     * The subscriber was handed a message.
     *
     * @param number which
     * @param delivery its delivery identifier
     * @param redelivered its mark
     * @param run which run of the subscriber
     */
    public synchronized void received(int number, long delivery, boolean redelivered, int run) {
        count++;
        if (!received.get(number)) {
            first(number, delivery, run);
        } else if (lane.qos() == QoS.EXACTLY_ONCE) {
            again(number, delivery, redelivered, run);
        } else {
            twice++;
        }
        notifyAll();
    }

    private void first(int number, long delivery, int run) {
        if (brokerKeepsOrder && number > 1 && !received.get(number - 1)) {
            violate(number + " came before " + received.previousClearBit(number - 1));
        }
        received.set(number);
        if (lane.qos() != QoS.EXACTLY_ONCE) {
            return;
        }
        Integer other = numbersByDelivery.put(delivery, number);
        if (other != null) {
            violate(other + " and " + number + " have the same delivery identifier " + delivery);
        }
        if (number >= deliveries.length) {
            deliveries = Arrays.copyOf(deliveries, 2 * number);
            runs = Arrays.copyOf(runs, 2 * number);
        }
        deliveries[number] = delivery;
        runs[number] = run;
    }

    private void again(int number, long delivery, boolean redelivered, int run) {
        if (deliveries[number] != delivery) {
            twice++;
            violate(number + " was delivered twice, as " + deliveries[number] + " and as " + delivery);
        } else if (!redelivered) {
            violate(number + " was handed over again without being marked");
        } else if (runs[number] == run) {
            violate(number + " was handed over again though the subscriber was not restarted");
        } else {
            marked++;
            runs[number] = run;
        }
    }

    /**
     * Something that must not be has happened.
     *
     * @param what it was
     */
    public synchronized void violate(String what) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(lane + ": " + what);
        }
        notifyAll();
    }

    /**
     * What was broken so far.
     *
     * @return a copy
     */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /**
     * Waits until every message has arrived, as long as some do.
     *
     * @param last the number of the last one
     * @param patienceMillis the longest pause between two
     * @throws InterruptedException if interrupted
     */
    public synchronized void awaitAll(int last, long patienceMillis) throws InterruptedException {
        while (received.cardinality() < last && violations.isEmpty()) {
            int before = count;
            long deadline = System.nanoTime() + patienceMillis * 1_000_000;
            while (count == before && violations.isEmpty()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    violate("lost " + (last - received.cardinality()) + " of " + last + ", the first "
                            + received.nextClearBit(1));
                    return;
                }
                wait(millis);
            }
        }
    }

    /**
     * Waits until the publisher has heard of a message that it is stored.
     *
     * @param patienceMillis how long to wait
     * @throws InterruptedException if interrupted
     */
    public synchronized void awaitStored(long patienceMillis) throws InterruptedException {
        long deadline = System.nanoTime() + patienceMillis * 1_000_000;
        while (lastStored == 0 && violations.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                violate("nothing is stored");
                return;
            }
            wait(millis);
        }
    }

    /**
     * Waits until a number of messages was stored by the publisher and another one received.
     *
     * @param more how many more than now
     * @param patienceMillis how long to wait
     * @throws InterruptedException if interrupted
     */
    public synchronized void awaitMore(int more, long patienceMillis) throws InterruptedException {
        int wanted = received.cardinality() + more;
        long deadline = System.nanoTime() + patienceMillis * 1_000_000;
        while (received.cardinality() < wanted && violations.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                violate("stands still after " + received.cardinality() + " messages");
                return;
            }
            wait(millis);
        }
    }

    /**
     * Compares both ends when everything has come to rest.
     *
     * @param last the number of the last message that was published
     * @param pending how many publications the store still has
     */
    public synchronized void checkEnd(int last, int pending) {
        if (pending > 0) {
            violate(pending + " publications are left in the store");
        }
        if (received.length() - 1 > last) {
            violate((received.length() - 1) + " arrived, but only " + last + " were published");
        }
        if (last < lastStored) {
            violate("only " + last + " were published, but " + lastStored + " was stored");
        }
        int lost = received.nextClearBit(1);
        if (lost <= last) {
            violate(lost + " was lost" + (completed.get(lost) ? " though it was complete" : ""));
        }
    }

    /**
     * The head of a table of ledgers.
     *
     * @return one line
     */
    public static String heading() {
        return String.format(
                "%-24s %9s %9s %9s %6s %8s %12s %11s",
                "lane", "published", "received", "twice", "lost", "restarts", "found stored", "redelivered");
    }

    @Override
    public synchronized String toString() {
        return String.format(
                "%-24s %9d %9d %9d %6d %8d %12d %11d",
                lane,
                lastStored,
                received.cardinality(),
                twice,
                Math.max(0, lastStored - received.cardinality()),
                Math.max(0, recoveries - 1),
                recoveredPending,
                marked);
    }
}
