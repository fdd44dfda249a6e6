package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each row has arrived. */
final class Ledger implements MessageHandler {

    private static final int PROGRESS_ROWS = 250;

    private final String name;
    private final Map<String, Integer> rowNumbers = new HashMap<>();
    private final int[] counts;
    private final List<String> strangers = new ArrayList<>();
    private final Milestones milestones;
    private int received;

    /**
     * An empty ledger.
     *
     * @param name stands before what is printed of it
     * @param rows what is expected
     */
    Ledger(String name, List<String> rows, Milestones milestones) {
        this.name = name;
        this.milestones = milestones;
        this.counts = new int[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            rowNumbers.put(rows.get(i), i + 1);
        }
    }

    @Override
    public synchronized void handle(ReceivedMessage message) {
        String text = message.payload().text();
        if (text.equals(Publisher.END)) {
            milestones.end();
            return;
        }
        Integer row = rowNumbers.get(text);
        if (row == null) {
            strangers.add(text);
            return;
        }
        counts[row - 1]++;
        received++;
        if (received % PROGRESS_ROWS == 0) {
            System.out.println(name + ": " + received + " rows received");
        }
        milestones.reach(Moment.RECEIVED, row);
    }

    /** How many rows have arrived, each counted as often as it came. */
    synchronized int received() {
        return received;
    }

    /** How many rows have not arrived. */
    synchronized int lost() {
        int lost = 0;
        for (int count : counts) {
            lost += count == 0 ? 1 : 0;
        }
        return lost;
    }

    /** How many arrivals were one too many. */
    synchronized int duplicated() {
        int duplicated = 0;
        for (int count : counts) {
            duplicated += Math.max(0, count - 1);
        }
        return duplicated;
    }

    /** What has arrived that is no row. */
    synchronized List<String> strangers() {
        return List.copyOf(strangers);
    }
}
