package dev.aldis.mqtt.modulepath;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a release would publish, from this build, in the layout of a Maven repository: the parent POM and six artifacts. */
final class Release {

    static final List<String> ARTIFACTS = List.of(
            "mqtt-api", "mqtt-protocol", Artifacts.NETTY, Artifacts.WEBSOCKET, Artifacts.H2, Artifacts.CHRONICLE);

    private static final Path SOURCES = Path.of("..", "..");

    private Release() {}

    /** The version of all of them. */
    static String version() throws IOException {
        return firstIn(parent(), "<artifactId>mqtt-parent</artifactId>\\s*<version>([^<]+)</version>");
    }

    /** The version in which this build uses a plugin of Maven, so that it need not be fetched again. */
    static String versionOfPlugin(String artifact) throws IOException {
        return firstIn(parent(), "<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)</version>");
    }

    /** Fills a folder. */
    static void publishTo(Path repository) throws IOException {
        publish(repository, "mqtt-parent", SOURCES.resolve("pom.xml"), "pom");
        for (String artifact : ARTIFACTS) {
            Path module = SOURCES.resolve(artifact);
            String jar = artifact + "-" + version() + ".jar";
            publish(repository, artifact, module.resolve("pom.xml"), "pom");
            publish(repository, artifact, module.resolve("target").resolve(jar), "jar");
        }
    }

    /** The artifacts whose versions the parent POM manages. */
    static List<String> managedByTheParent() throws IOException {
        String managed = firstIn(parent(), "(?s)<dependencyManagement>(.*)</dependencyManagement>")
                .replaceAll("(?s)<exclusions>.*?</exclusions>", "");
        return Pattern.compile("<artifactId>([^<]+)</artifactId>")
                .matcher(managed)
                .results()
                .map(artifact -> artifact.group(1))
                .toList();
    }

    private static void publish(Path repository, String artifact, Path file, String suffix) throws IOException {
        Path folder = Files.createDirectories(repository.resolve(
                Path.of("dev", "aldis", "mqtt", artifact, version()).toString()));
        Files.copy(file, folder.resolve(artifact + "-" + version() + "." + suffix));
    }

    private static String parent() throws IOException {
        return Files.readString(SOURCES.resolve("pom.xml"));
    }

    private static String firstIn(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("There is no " + pattern + " in the parent POM");
        }
        return matcher.group(1);
    }
}
