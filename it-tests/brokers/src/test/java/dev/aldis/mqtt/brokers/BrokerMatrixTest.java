package dev.aldis.mqtt.brokers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main scenarios with each broker and version; {@code docs/brokers.md} is what came out, and
 * {@code -Daldis.record=true} writes it anew.
 */
@Timeout(600)
class BrokerMatrixTest {

    private static final Map<MatrixBroker, BrokerRun> RUNS = new EnumMap<>(MatrixBroker.class);
    private static final Map<MatrixBroker, Thread> THREADS = new EnumMap<>(MatrixBroker.class);
    private static final BrokersPage PAGE = new BrokersPage();

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        for (MatrixBroker kind : MatrixBroker.values()) {
            if (kind.isInstalled()) {
                BrokerRun run = new BrokerRun(kind, Files.createDirectories(folder.resolve(kind.name())));
                Thread thread = new Thread(run, "scenarios with " + kind);
                thread.start();
                RUNS.put(kind, run);
                THREADS.put(kind, thread);
            }
        }
    }

    @AfterAll
    static void end() throws InterruptedException {
        for (Thread thread : THREADS.values()) {
            thread.join();
        }
        THREADS.clear();
        RUNS.clear();
    }

    @TestFactory
    Stream<DynamicNode> everyScenarioWithEachBroker() {
        Stream<DynamicNode> brokers = RUNS.entrySet().stream()
                .map(entry -> DynamicContainer.dynamicContainer(
                        entry.getKey().title, cells(entry.getKey(), entry.getValue())));
        return Stream.concat(brokers, Stream.of(DynamicTest.dynamicTest("the page is what came out", PAGE::check)));
    }

    private static Stream<DynamicNode> cells(MatrixBroker kind, BrokerRun run) {
        return run.outcomes().entrySet().stream().map(entry -> {
            BrokerRun.Cell cell = entry.getKey();
            return DynamicTest.dynamicTest(
                    cell.version() + ": " + cell.title(),
                    () -> PAGE.add(kind, cell, entry.getValue().get(300, TimeUnit.SECONDS)));
        });
    }
}
