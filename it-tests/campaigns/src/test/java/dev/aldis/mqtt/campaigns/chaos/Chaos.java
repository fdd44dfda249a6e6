package dev.aldis.mqtt.campaigns.chaos;

import dev.aldis.mqtt.support.FaultProxy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What is done to a link. */
final class Chaos {

    private static final int MOST_MILLIS = 400;

    /** The kinds of faults. */
    enum Fault {
        /** Every connection is reset; the next is fine. */
        CUT,
        /** Every connection is reset, and each new one for a while. */
        OUTAGE,
        /** A connection ends in order, in the middle of what the broker says. */
        TEAR,
        /** Nothing passes for a while, and then everything. */
        STALL,
        /** Nothing passes for a while, and what was on its way is lost. */
        STALL_AND_CUT,
        /** Nothing passes, new connections included, until a client has found it out by its keep alive. */
        BLACK_HOLE,
        /** Everything is late. */
        LATENCY,
        /** Little passes in a second. */
        THROTTLE,
        /** One byte is changed. For links that notice, which is those with TLS. */
        CORRUPTION
    }

    private final Random random;
    private final List<Fault> faults;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

    Chaos(long seed, List<Fault> faults) {
        this.random = new Random(seed);
        this.faults = faults;
    }

    /** One fault of each kind, each on one of the links. */
    void strikeWithEach(List<FaultProxy> links) {
        faults.stream().distinct().forEach(fault -> strike(fault, links));
    }

    /** One fault of a random kind on one of the links. */
    void strike(List<FaultProxy> links) {
        strike(faults.get(random.nextInt(faults.size())), links);
    }

    private void strike(Fault fault, List<FaultProxy> links) {
        strike(fault, links.get(random.nextInt(links.size())));
        pause();
    }

    /** One fault, after which the link is fine again. */
    void strike(Fault fault, FaultProxy link) {
        counts.merge(fault, 1, Integer::sum);
        switch (fault) {
            case CUT -> link.cut();
            case OUTAGE -> {
                link.cutForNow();
                pause();
            }
            case TEAR -> {
                link.tearNext();
                await(() -> link.tearsLeft() == 0, "Nothing came that could be torn");
            }
            case STALL -> {
                link.stall();
                pause();
            }
            case STALL_AND_CUT -> {
                link.stall();
                pause();
                link.cut();
            }
            case BLACK_HOLE -> {
                int before = link.links();
                link.stall();
                await(() -> link.links() > before, "No client has noticed that its link is dead");
            }
            case LATENCY -> {
                link.slowDown(Duration.ofMillis(1 + random.nextInt(40)), Long.MAX_VALUE);
                pause();
            }
            case THROTTLE -> {
                link.slowDown(Duration.ZERO, 20_000 + random.nextInt(500_000));
                pause();
            }
            case CORRUPTION -> {
                link.corruptNext();
                await(() -> link.corruptionsLeft() == 0, "Nothing came that could be changed");
            }
        }
        link.mend();
    }

    private static void await(BooleanSupplier effect, String otherwise) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!effect.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(otherwise + " within a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private void pause() {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_MILLIS * 1_000)));
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
