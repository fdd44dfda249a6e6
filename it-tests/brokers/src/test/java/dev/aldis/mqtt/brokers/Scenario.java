package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.api.ProtocolVersion;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row of {@code docs/brokers.md}.
 *
 * @param title what is tried, as it stands in the table
 * @param since the first version that has it
 * @param run tries it
 */
record Scenario(String title, ProtocolVersion since, Run run) {

    /** Tries it with a broker and a version; what is neither right nor a known deviation is an error. */
    @FunctionalInterface
    interface Run {
        Outcome with(Trial trial) throws Exception;
    }

    boolean exists(ProtocolVersion version) {
        return version.compareTo(since) >= 0;
    }

    /** All rows, in the order of the table. */
    static List<Scenario> all() {
        return Stream.of(DeliveryScenarios.ALL, SessionScenarios.ALL, Mqtt5Scenarios.ALL)
                .flatMap(List::stream)
                .toList();
    }
}
