package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.examples.options.Options;
import dev.aldis.mqtt.examples.options.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Publishes a real data set through a real broker, kills the publisher part way with SIGKILL, starts it again on the same
 * store, and accounts for every row. Its exit code is 0 if each promise was kept, 1 if one was broken or something failed,
 * 2 for wrong options.
 */
public final class MainJob {

    private static final int ROWS = Weather.rows().size();

    private final int runs;
    private final long seed;
    private final String store;
    private final Options options;

    private MainJob(Options options) {
        this.options = options;
        this.runs = options.number("--runs", 1, 10_000).orElse(1L).intValue();
        this.seed = options.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE).orElseGet(() -> new Random().nextLong());
        this.store = options.text("--store").orElse("h2");
        if (!store.equals("h2") && !store.equals("chronicle")) {
            throw new UsageException(
                    "--store '" + store + "' does not outlive a process that is killed: use h2 or chronicle");
        }
    }

    /**
     * Runs the main job.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        Options options = new Options()
                .value(
                        "--kill-at",
                        "N,...",
                        "kill the publisher at these rows, 1 to " + (ROWS - 1) + "; random by default")
                .value("--kills", "K", "how many kills to draw at random; 1 by default")
                .value("--seed", "S", "draw the same kills as the run that printed this seed")
                .value("--runs", "N", "run the whole job N times, with kills all over the rows")
                .value("--store", "h2|chronicle", "what the publisher and the subscriber store in; h2 by default")
                .flag("--help", "print this text");
        System.exit(start(options, arguments));
    }

    private static int start(Options options, String[] arguments) {
        try {
            options.read(arguments);
            if (options.has("--help")) {
                System.out.print("Usage: main-job [options]\n" + options.help());
                return 0;
            }
            return new MainJob(options).runAll() ? 0 : 1;
        } catch (UsageException e) {
            System.err.println("main-job: " + e.getMessage());
            return 2;
        } catch (Exception e) {
            // Its folder stays, to be looked at.
            System.err.println("main-job: failed, so no promise was shown to hold");
            e.printStackTrace();
            return 1;
        }
    }

    private boolean runAll() throws Exception {
        int kept = 0;
        for (int run = 0; run < runs; run++) {
            KillPlan plan = new KillPlan(seed + run, ROWS);
            List<Integer> rows = killRows(plan, run);
            System.out.println("Run " + (run + 1) + " of " + runs + ", seed " + seed + ": " + ROWS
                    + " rows at QoS 2, 1 and 0; the publisher is killed at row "
                    + String.join(", ", rows.stream().map(Object::toString).toList()) + " at QoS 2 and 1");
            List<Outcome> outcomes = run(plan, rows);
            System.out.println();
            System.out.println(Outcome.table(outcomes));
            kept += outcomes.stream().allMatch(Outcome::kept) ? 1 : 0;
        }
        System.out.println(kept + " of " + runs + (runs == 1 ? " run" : " runs") + " kept every promise");
        return kept == runs;
    }

    private List<Integer> killRows(KillPlan plan, int run) {
        if (!options.has("--kill-at")) {
            int kills = options.number("--kills", 1, 100).orElse(1L).intValue();
            return plan.draw(kills, run, runs);
        }
        if (options.has("--kills")) {
            throw new UsageException("--kills draws rows and --kill-at names them: give one of the two");
        }
        String text = options.required("--kill-at");
        try {
            List<Integer> rows = Arrays.stream(text.split(","))
                    .map(Integer::valueOf)
                    .sorted()
                    .distinct()
                    .toList();
            if (rows.stream().allMatch(row -> row >= 1 && row < ROWS)) {
                return rows;
            }
        } catch (NumberFormatException e) {
            throw killAtOutOfRange(text);
        }
        throw killAtOutOfRange(text);
    }

    private static UsageException killAtOutOfRange(String text) {
        return new UsageException("--kill-at '" + text + "' is out of range: use row numbers from 1 to " + (ROWS - 1)
                + ", separated by commas");
    }

    private List<Outcome> run(KillPlan plan, List<Integer> killRows) throws Exception {
        Path folder = Files.createTempDirectory("aldis-main-job");
        Map<QoS, Trial> trials = new LinkedHashMap<>();
        for (QoS qos : List.of(QoS.EXACTLY_ONCE, QoS.AT_LEAST_ONCE, QoS.AT_MOST_ONCE)) {
            trials.put(qos, new Trial(qos, store));
        }
        List<Outcome> outcomes = new ArrayList<>();
        try (InProcessBroker broker = InProcessBroker.start();
                MqttClient subscriber = subscriber(broker.uri(), folder, trials)) {
            System.out.println(
                    "Broker: Apache ActiveMQ Artemis in this process, " + broker.uri() + "; stores in " + folder);
            subscriber.connect().join();
            for (Map.Entry<QoS, Trial> each : trials.entrySet()) {
                Trial trial = each.getValue();
                subscriber
                        .subscribe(trial.topic(), each.getKey(), trial.ledger())
                        .join();
                // Nothing that QoS 0 promises could be shown by a kill.
                List<Kill> kills = each.getKey() == QoS.AT_MOST_ONCE ? List.of() : plan.at(killRows);
                outcomes.add(trial.run(broker.uri(), folder, kills));
            }
        }
        delete(folder);
        return outcomes;
    }

    private MqttClient subscriber(String server, Path folder, Map<QoS, Trial> trials) {
        var builder = MqttClient.builder()
                .server(server)
                .clientIdentifier("ledger")
                .persistence(store + ":" + folder.resolve("subscriber"))
                .listener(event -> System.out.println("Ledger: " + Connections.describe(event)));
        trials.values().forEach(trial -> builder.onMessage(trial.topic(), trial.ledger()));
        return builder.build();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
