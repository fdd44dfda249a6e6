package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.QoS;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The way of all rows at one QoS, with the kills of the publisher on it. */
final class Trial {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final QoS qos;
    private final String store;
    private final List<String> rows = Weather.rows();
    private final Milestones milestones = new Milestones();
    private final Ledger ledger;

    /**
     * A trial.
     *
     * @param store the scheme of the publisher's store
     */
    Trial(QoS qos, String store) {
        this.qos = qos;
        this.store = store;
        this.name = "QoS " + qos.level();
        this.ledger = new Ledger(name, rows, milestones);
    }

    /** Takes what arrives on {@link #topic()}. */
    Ledger ledger() {
        return ledger;
    }

    String topic() {
        return "weather/seattle/qos" + qos.level();
    }

    /** Runs it to its end. */
    Outcome run(String server, Path folder, List<Kill> kills) throws IOException, InterruptedException {
        for (Kill kill : kills) {
            runAndKill(server, folder, kill);
        }
        PublisherProcess publisher = start(server, folder, rows.size());
        try {
            publisher.awaitSuccess(PATIENCE.toSeconds());
            milestones.awaitEnd(PATIENCE);
        } finally {
            publisher.destroy();
        }
        return Outcome.of(qos, kills.size(), rows.size(), ledger);
    }

    private void runAndKill(String server, Path folder, Kill kill) throws IOException, InterruptedException {
        PublisherProcess publisher = start(server, folder, kill.lastRow());
        try {
            milestones.await(kill.moment(), kill.row(), PATIENCE);
            publisher.kill();
            System.out.println(name + ": publisher " + publisher.pid() + " killed with SIGKILL " + kill + "; "
                    + ledger.received() + " rows received so far");
        } finally {
            publisher.destroy();
        }
    }

    private PublisherProcess start(String server, Path folder, int lastRow) throws IOException {
        String place = store + ":" + folder.resolve("publisher" + qos.level());
        return PublisherProcess.start(
                name,
                List.of(server, place, topic(), Integer.toString(qos.level()), Integer.toString(lastRow)),
                milestones);
    }
}
