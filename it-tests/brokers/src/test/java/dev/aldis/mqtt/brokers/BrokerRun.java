package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** All scenarios with one broker, one after the other on a thread of their own: the brokers start slowly, and side by side. */
final class BrokerRun implements Runnable {

    /** A cell of the table. */
    record Cell(ProtocolVersion version, String title) {}

    private final MatrixBroker kind;
    private final Path folder;
    private final Map<Cell, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();

    BrokerRun(MatrixBroker kind, Path folder) {
        this.kind = kind;
        this.folder = folder;
        for (ProtocolVersion version : kind.versions()) {
            scenarios(version).forEach(scenario -> declare(version, scenario.title()));
            declare(version, SessionScenarios.Restart.TITLE);
            declare(version, SessionScenarios.Restart.CONNECTED);
        }
    }

    private void declare(ProtocolVersion version, String title) {
        outcomes.put(new Cell(version, title), new CompletableFuture<>());
    }

    private static List<Scenario> scenarios(ProtocolVersion version) {
        return Scenario.all().stream()
                .filter(scenario -> scenario.exists(version))
                .toList();
    }

    /** What comes out, cell by cell; not to be changed. */
    Map<Cell, CompletableFuture<Outcome>> outcomes() {
        return outcomes;
    }

    @Override
    public void run() {
        try (Broker broker = kind.start(folder)) {
            for (ProtocolVersion version : kind.versions()) {
                for (Scenario scenario : scenarios(version)) {
                    conclude(version, scenario.title(), () -> {
                        try (Trial trial = new Trial(kind, broker, version)) {
                            return scenario.run().with(trial);
                        }
                    });
                }
            }
            restart(broker);
        } catch (Exception | Error e) {
            outcomes.values().forEach(outcome -> outcome.completeExceptionally(e));
        }
    }

    private void conclude(ProtocolVersion version, String title, Callable<Outcome> scenario) {
        CompletableFuture<Outcome> outcome = outcomes.get(new Cell(version, title));
        try {
            outcome.complete(scenario.call());
        } catch (Exception | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    private void restart(Broker broker) throws Exception {
        List<Trial> trials = new ArrayList<>();
        try {
            Map<ProtocolVersion, SessionScenarios.Restart> restarts = new LinkedHashMap<>();
            for (ProtocolVersion version : kind.versions()) {
                Trial trial = new Trial(kind, broker, version);
                trials.add(trial);
                restarts.put(version, new SessionScenarios.Restart(trial));
            }
            broker.stop();
            restarts.values().forEach(SessionScenarios.Restart::stopped);
            broker.start();
            restarts.forEach((version, restart) -> {
                conclude(version, SessionScenarios.Restart.TITLE, restart::whenAway);
                conclude(version, SessionScenarios.Restart.CONNECTED, restart::whenConnected);
            });
        } finally {
            trials.forEach(Trial::close);
        }
    }
}
