package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of {@code docs/brokers.md}, made from what the scenarios have shown. */
final class BrokersPage {

    private static final Path PAGE = Path.of("../../docs/brokers.md");

    private static final Map<ProtocolVersion, String> TITLES = new EnumMap<>(Map.of(
            ProtocolVersion.MQTT_5, "MQTT 5.0",
            ProtocolVersion.MQTT_3_1_1, "MQTT 3.1.1",
            ProtocolVersion.MQTT_3_1, "MQTT 3.1"));

    private final Map<ProtocolVersion, Map<String, Map<MatrixBroker, Outcome>>> outcomes =
            new EnumMap<>(ProtocolVersion.class);

    void add(MatrixBroker broker, BrokerRun.Cell cell, Outcome outcome) {
        outcomes.computeIfAbsent(cell.version(), ignored -> new LinkedHashMap<>())
                .computeIfAbsent(cell.title(), ignored -> new EnumMap<>(MatrixBroker.class))
                .put(broker, outcome);
    }

    /** The page is current. Where a broker is not at hand nobody can know. */
    void check() throws IOException {
        for (MatrixBroker broker : MatrixBroker.values()) {
            assumeTrue(broker.isTheOneOfThePage(), broker.title + " is not installed");
        }
        String text = text();
        if (Boolean.getBoolean("aldis.record")) {
            Files.writeString(PAGE, text);
        }
        assertEquals(text, Files.readString(PAGE), "Write it anew with -Dtest=BrokerMatrixTest -Daldis.record=true");
    }

    private String text() {
        StringBuilder text = new StringBuilder("""
                # Brokers

                What the client was tried with, what came out, and where a broker does not do what the standard says. This page
                is written by the tests that try it, and the build fails where it is not current.

                """);
        for (MatrixBroker broker : MatrixBroker.values()) {
            text.append("- ")
                    .append(broker.title)
                    .append(", ")
                    .append(broker.setting)
                    .append("\n");
        }
        for (ProtocolVersion version : new TreeMap<>(outcomes).descendingKeySet()) {
            text.append("\n## ").append(TITLES.get(version)).append("\n\n").append(table(version));
        }
        text.append("\n## Deviations\n\nWhat the brokers do otherwise, and what the client does about it.\n");
        for (Deviation deviation : Deviation.values()) {
            text.append("\n### ").append(deviation.name()).append("\n\n");
            text.append("**")
                    .append(deviation.broker.title)
                    .append("**: ")
                    .append(deviation.conduct)
                    .append("\n\n");
            text.append(deviation.answer).append("\n");
        }
        return text.toString();
    }

    private String table(ProtocolVersion version) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(
                        Stream.of("scenario"),
                        Arrays.stream(MatrixBroker.values()).map(MatrixBroker::shortTitle))
                .toList());
        rows.add(rows.get(0).stream().map(cell -> "---").toList());
        outcomes.getOrDefault(version, Map.of()).forEach((title, cells) -> {
            List<String> row = new ArrayList<>(List.of(title));
            for (MatrixBroker broker : MatrixBroker.values()) {
                Outcome outcome = cells.get(broker);
                row.add(outcome == null ? "does not speak it" : outcome.cell());
            }
            rows.add(row);
        });
        return rows.stream().map(row -> "| " + String.join(" | ", row) + " |\n").collect(Collectors.joining());
    }
}
