package dev.aldis.mqtt.benchmarks;

import dev.aldis.mqtt.api.Durability;
import java.nio.file.Path;
import java.util.List;

/** Who can be measured. Each runs in a JVM of its own, with the class path of its library and no other. */
enum ContenderKind {
    /** Aldis MQTT with its default store. */
    ALDIS_MEMORY("Aldis, memory", "modules", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "memory:", Durability.PROCESS);
        }
    },
    /** Aldis MQTT with handlers that acknowledge each message by hand. */
    ALDIS_MANUAL("Aldis, memory, by hand", "modules", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return AldisContender.acknowledgingByHand(port);
        }
    },
    /** Aldis MQTT with its store on H2, durability {@code PROCESS}. */
    ALDIS_H2("Aldis, H2", "modules", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "h2:" + directory.resolve("store"), Durability.PROCESS);
        }
    },
    /** Aldis MQTT with its store on H2, durability {@code POWER}. */
    ALDIS_H2_POWER("Aldis, H2, power", "modules", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "h2:" + directory.resolve("store"), Durability.POWER);
        }
    },
    /** Aldis MQTT with its store on Chronicle Queue, durability {@code PROCESS}. */
    ALDIS_CHRONICLE("Aldis, Chronicle", "modules", ContenderKind.CHRONICLE) {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "chronicle:" + directory.resolve("store"), Durability.PROCESS);
        }
    },
    /** Aldis MQTT with its store on Chronicle Queue, durability {@code POWER}. */
    ALDIS_CHRONICLE_POWER("Aldis, Chronicle, power", "modules", ContenderKind.CHRONICLE) {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "chronicle:" + directory.resolve("store"), Durability.POWER);
        }
    },
    /** HiveMQ's asynchronous client with its defaults; it has no store but memory. */
    HIVEMQ("HiveMQ 1.4.2, as it comes", "hivemq", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new HiveMqContender(port, false);
        }
    },
    /** HiveMQ's client with one stream for all publishes, no change of threads and a larger prefetch. */
    HIVEMQ_TUNED("HiveMQ 1.4.2, tuned", "hivemq", "-Drx2.buffer-size=1024") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new HiveMqContender(port, true);
        }
    },
    /** Paho's asynchronous client with its store in memory. */
    PAHO_MEMORY("Paho 1.2.5, memory", "paho", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return PahoContender.inMemory(port);
        }
    },
    /** Paho's asynchronous client with its store of one file for each message. */
    PAHO_FILES("Paho 1.2.5, files", "paho", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return PahoContender.onFiles(port, directory);
        }
    };

    /** What Chronicle Queue needs on the class path. */
    private static final String CHRONICLE =
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED";

    private final String label;
    private final String libraries;
    private final String jvmOptions;

    ContenderKind(String label, String libraries, String jvmOptions) {
        this.label = label;
        this.libraries = libraries;
        this.jvmOptions = jvmOptions;
    }

    /** Connects to a stub server on this host; what is stored goes to the directory. */
    abstract Contender open(int port, Path directory) throws Exception;

    String label() {
        return label;
    }

    /** The folder with its libraries, below the one of all libraries. */
    String libraries() {
        return libraries;
    }

    List<String> jvmOptions() {
        return jvmOptions.isEmpty() ? List.of() : List.of(jvmOptions.split(" ", -1));
    }
}
