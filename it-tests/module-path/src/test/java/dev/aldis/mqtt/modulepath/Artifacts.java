package dev.aldis.mqtt.modulepath;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** JAR files as a project gets them that names some of our artifacts: those, and what they stand on. */
final class Artifacts {

    static final String NETTY = "mqtt-transport-netty";
    static final String WEBSOCKET = "mqtt-transport-websocket";
    static final String H2 = "mqtt-persistence-h2";
    static final String CHRONICLE = "mqtt-persistence-chronicle";

    /** How the file names of what an artifact stands on begin. */
    private static final Map<String, List<String>> BELOW = Map.of(
            NETTY, List.of("netty-"),
            WEBSOCKET, List.of("netty-", NETTY + "-"),
            H2, List.of("h2-"),
            CHRONICLE, List.of("chronicle-", "posix-", "affinity-", "slf4j-api-"));

    /** What the broker of the tests brings along, and no artifact of ours. */
    private static final Pattern OF_THE_BROKER =
            Pattern.compile("netty-transport-(native-(epoll|kqueue)|classes-kqueue).*");

    private Artifacts() {}

    /** A path of the application, the API, the client and the artifacts named, with what they stand on. */
    static String path(String... artifacts) throws IOException {
        List<String> beginnings = Stream.concat(
                        Stream.of("mqtt-api-", "mqtt-protocol-"),
                        Arrays.stream(artifacts)
                                .flatMap(artifact -> Stream.concat(
                                        Stream.of(artifact + "-"), BELOW.getOrDefault(artifact, List.of()).stream())))
                .toList();
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("modules.directory")))) {
            return Stream.concat(
                            Stream.of(System.getProperty("application.jar")),
                            jars.filter(jar -> !OF_THE_BROKER
                                            .matcher(jar.getFileName().toString())
                                            .matches())
                                    .filter(jar -> beginnings.stream()
                                            .anyMatch(jar.getFileName().toString()::startsWith))
                                    .map(Path::toString)
                                    .sorted())
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
