package dev.aldis.mqtt.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Who can be measured. Each runs in a JVM of its own, with the class path of its library and no other. */
enum ContenderKind {
    /** Aldis MQTT with its default store. */
    ALDIS_MEMORY("Aldis, memory", "modules", "") {
        @Override
        Contender open(int port, Path directory) throws Exception {
            return new AldisContender(port, "memory:");
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
            return new AldisContender(port, "h2:" + directory.resolve("store"));
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

    private final String label;
    private final String libraries;
    private final String jvmOption;

    ContenderKind(String label, String libraries, String jvmOption) {
        this.label = label;
        this.libraries = libraries;
        this.jvmOption = jvmOption;
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
        return jvmOption.isEmpty() ? List.of() : List.of(jvmOption);
    }
}
