package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.ForkedBroker;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A column of {@code docs/brokers.md}: a broker in the version that was tried, as it comes unless said otherwise. */
enum MatrixBroker {
    ARTEMIS("Apache ActiveMQ Artemis 2.55.0", "in the process of the tests, with its journal"),
    MOSQUITTO(
            "Eclipse mosquitto 2.0.11", "in a process of its own, with `persistence true` and `max_queued_messages 0`"),
    HIVEMQ("HiveMQ Community Edition 2025.5", "in a JVM of its own, with its persistence in files"),
    MOQUETTE("Moquette 0.17", "in a JVM of its own");

    /** Its name and version. */
    final String title;

    /** How it was run. */
    final String setting;

    MatrixBroker(String title, String setting) {
        this.title = title;
        this.setting = setting;
    }

    /** Its name, without maker and version. */
    String shortTitle() {
        return switch (this) {
            case ARTEMIS -> "Artemis";
            case MOSQUITTO -> "mosquitto";
            case HIVEMQ -> "HiveMQ CE";
            case MOQUETTE -> "Moquette";
        };
    }

    /** What it speaks. */
    List<ProtocolVersion> versions() {
        return Stream.of(ProtocolVersion.values())
                .filter(version -> this != MOQUETTE || version != ProtocolVersion.MQTT_5)
                .toList();
    }

    Broker start(Path folder) {
        return switch (this) {
            case ARTEMIS -> ArtemisBroker.startIn(folder);
            case MOSQUITTO -> MosquittoBroker.startWithWebSocket(folder);
            case HIVEMQ -> ForkedBroker.startHiveMq(Path.of(".."), folder);
            case MOQUETTE -> ForkedBroker.startMoquette(Path.of(".."), folder);
        };
    }

    boolean isInstalled() {
        return this != MOSQUITTO || MosquittoBroker.installed().isPresent();
    }

    /** Whether the one that is installed here is the one of the page; the others come with the build. */
    boolean isTheOneOfThePage() {
        return this != MOSQUITTO
                || MosquittoBroker.installed()
                        .map(MatrixBroker::helpOf)
                        .filter(help -> help.endsWith(title.replace("Eclipse mosquitto ", " ")))
                        .isPresent();
    }

    private static String helpOf(Path mosquitto) {
        try (Program program = Program.start(List.of(mosquitto.toString(), "-h"))) {
            return program.output().await("mosquitto version", Duration.ofSeconds(20));
        }
    }
}
