package dev.aldis.mqtt.campaigns;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The ledgers of all lanes of a campaign. */
public final class Ledgers {

    private static final long PATIENCE_MILLIS = 120_000;

    private final Map<Lane, LaneLedger> ledgers = new LinkedHashMap<>();

    /**
     * Empty ledgers.
     *
     * @param lanes one for each
     * @param brokerKeepsOrder whether the broker hands messages on in the order in which it took them
     */
    public Ledgers(List<Lane> lanes, boolean brokerKeepsOrder) {
        lanes.forEach(lane -> ledgers.put(lane, new LaneLedger(lane, brokerKeepsOrder)));
    }

    /**
     * The ledger of a lane.
     *
     * @param lane which
     * @return its ledger
     */
    public LaneLedger of(Lane lane) {
        return Objects.requireNonNull(ledgers.get(lane));
    }

    /**
     * All of them.
     *
     * @return in the order of the lanes
     */
    public Collection<LaneLedger> all() {
        return ledgers.values();
    }

    /**
     * The names of the lanes, as arguments of a program.
     *
     * @return a new list
     */
    public List<String> laneNames() {
        return new ArrayList<>(ledgers.keySet().stream().map(Lane::toString).toList());
    }

    /**
     * Waits until the publisher has heard in each lane of a message that it is stored.
     *
     * @throws InterruptedException if interrupted
     */
    public void awaitStored() throws InterruptedException {
        for (LaneLedger ledger : all()) {
            ledger.awaitStored(PATIENCE_MILLIS);
        }
    }

    /**
     * Waits until each lane has moved on.
     *
     * @param messages how many more than now each has to receive
     * @throws InterruptedException if interrupted
     */
    public void awaitMore(int messages) throws InterruptedException {
        for (LaneLedger ledger : all()) {
            ledger.awaitMore(messages, PATIENCE_MILLIS);
        }
    }

    /**
     * Waits until everything that was published has arrived, and compares both ends.
     *
     * @param publisher which has finished
     * @throws InterruptedException if interrupted
     */
    public void checkEnd(PublisherRun publisher) throws InterruptedException {
        for (Map.Entry<Lane, LaneLedger> each : ledgers.entrySet()) {
            int last = publisher.last(each.getKey());
            each.getValue().awaitAll(last, PATIENCE_MILLIS);
            each.getValue().checkEnd(last, publisher.pending(each.getKey()));
        }
    }

    /**
     * What was broken so far on any lane.
     *
     * @return empty while every promise is kept
     */
    public List<String> violations() {
        return all().stream().flatMap(ledger -> ledger.violations().stream()).toList();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LaneLedger.heading());
        all().forEach(ledger -> text.append('\n').append(ledger));
        return text.toString();
    }
}
