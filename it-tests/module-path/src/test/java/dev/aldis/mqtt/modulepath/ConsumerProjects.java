package dev.aldis.mqtt.modulepath;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Projects of somebody else, one for each assembly, that name the artifacts that they want and nothing more. A Maven of their
 * own builds them, with an empty local repository and two repositories to fill it from: what a release would publish, and what
 * the central repository has given to this build.
 */
final class ConsumerProjects {

    /** Without the import of our versions: each artifact is named with its own. */
    static final String WITHOUT_IMPORT = "without-import";

    /** The assemblies, each by the artifacts that it names beside the API and the client. */
    private static final List<List<String>> ASSEMBLIES = List.of(
            List.of(),
            List.of(Artifacts.NETTY),
            List.of(Artifacts.NETTY, Artifacts.H2),
            List.of(Artifacts.NETTY, Artifacts.CHRONICLE),
            List.of(Artifacts.WEBSOCKET),
            List.of(Artifacts.WEBSOCKET, Artifacts.H2),
            List.of(Artifacts.WEBSOCKET, Artifacts.CHRONICLE),
            List.of(Artifacts.NETTY, Artifacts.WEBSOCKET, Artifacts.H2, Artifacts.CHRONICLE));

    private static final Path FOLDER = Path.of("target", "consumers").toAbsolutePath();
    private static final Path PROJECTS = FOLDER.resolve("projects");

    /**
     * The URL of the central repository, to fill the local one from there; by default from what it has given to this build.
     * That lacks what Maven reads of other versions of Chronicle Queue's parts where ours are not imported, so that they are
     * left out there.
     */
    private static final String CENTRAL = System.getProperty("aldis.central");

    private static boolean built;

    private ConsumerProjects() {}

    /** The module path, or class path, of a program of such a project: its own classes first. */
    static String path(List<String> artifacts) throws IOException, InterruptedException {
        return Stream.concat(Stream.of(application()), jars(nameOf(artifacts)).stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The JAR files that Maven finds for a project, with what its artifacts stand on. */
    static List<Path> jars(String project) throws IOException, InterruptedException {
        build();
        String path =
                Files.readString(PROJECTS.resolve(project).resolve("target").resolve("path.txt"));
        return Stream.of(path.strip().split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
    }

    /** The name of the project with these artifacts. */
    static String nameOf(List<String> artifacts) {
        return artifacts.isEmpty() ? "bare" : String.join("-and-", artifacts);
    }

    private static Path application() {
        return PROJECTS.resolve("application").resolve("target").resolve("classes");
    }

    private static synchronized void build() throws IOException, InterruptedException {
        if (!built) {
            delete(FOLDER);
            Release.publishTo(FOLDER.resolve("release"));
            Path settings = write(FOLDER.resolve("settings.xml"), settings());
            writeProjects();
            ForkedProcess.run(List.of(
                    Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                    "--batch-mode",
                    "--no-transfer-progress",
                    "--quiet",
                    "--settings",
                    settings.toString(),
                    "--global-settings",
                    settings.toString(),
                    "-Dmaven.repo.local=" + FOLDER.resolve("local-repository"),
                    "--file",
                    PROJECTS.resolve("pom.xml").toString(),
                    "process-classes"));
            built = true;
        }
    }

    private static void writeProjects() throws IOException {
        List<String> names = new ArrayList<>(List.of("application"));
        ASSEMBLIES.forEach(artifacts -> names.add(nameOf(artifacts)));
        names.add(WITHOUT_IMPORT);
        write(
                PROJECTS.resolve("pom.xml"),
                project(
                        "all",
                        "pom",
                        names.stream()
                                .map(name -> "<module>" + name + "</module>")
                                .collect(Collectors.joining("", "<modules>", "</modules>"))));
        writeApplication();
        for (List<String> artifacts : ASSEMBLIES) {
            String dependencies = Stream.concat(Stream.of("mqtt-api", "mqtt-protocol"), artifacts.stream())
                    .map(artifact -> dependency(artifact, ""))
                    .collect(Collectors.joining());
            write(
                    PROJECTS.resolve(nameOf(artifacts)).resolve("pom.xml"),
                    project(
                            nameOf(artifacts),
                            "pom",
                            imported() + "<dependencies>" + dependencies + "</dependencies>" + pathOfTheProject()));
        }
        String version = "<version>" + Release.version() + "</version>";
        String all = Release.ARTIFACTS.stream()
                .filter(artifact -> !artifact.equals(Artifacts.CHRONICLE) || CENTRAL != null)
                .map(artifact -> dependency(artifact, version))
                .collect(Collectors.joining());
        write(
                PROJECTS.resolve(WITHOUT_IMPORT).resolve("pom.xml"),
                project(WITHOUT_IMPORT, "pom", "<dependencies>" + all + "</dependencies>" + pathOfTheProject()));
    }

    /** A program that compiles against the API alone; all assemblies run it. */
    private static void writeApplication() throws IOException {
        Path folder = PROJECTS.resolve("application");
        write(
                folder.resolve("pom.xml"),
                project(
                        "application",
                        "jar",
                        imported() + "<dependencies>" + dependency("mqtt-api", "") + "</dependencies>"
                                + "<build><plugins>" + plugin("maven-resources-plugin", "")
                                + plugin("maven-compiler-plugin", "") + "</plugins></build>"));
        Path sources = folder.resolve(Path.of("src", "main", "java"));
        write(sources.resolve("module-info.java"), "module dev.aldis.mqtt.modulepath { requires dev.aldis.mqtt.api; }");
        Path program = Path.of("dev", "aldis", "mqtt", "modulepath", "Exchange.java");
        write(
                sources.resolve(program),
                Files.readString(Path.of("src", "main", "java").resolve(program)));
    }

    private static String project(String name, String packaging, String rest) {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId>
                  <artifactId>%s</artifactId>
                  <version>1</version>
                  <packaging>%s</packaging>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  %s
                </project>
                """.formatted(name, packaging, rest);
    }

    private static String imported() throws IOException {
        return "<dependencyManagement><dependencies><dependency><groupId>dev.aldis.mqtt</groupId>"
                + "<artifactId>mqtt-parent</artifactId><version>" + Release.version()
                + "</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>";
    }

    private static String dependency(String artifact, String version) {
        return "<dependency><groupId>dev.aldis.mqtt</groupId><artifactId>" + artifact + "</artifactId>" + version
                + "</dependency>";
    }

    private static String plugin(String artifact, String rest) throws IOException {
        return "<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>" + artifact + "</artifactId><version>"
                + Release.versionOfPlugin(artifact) + "</version>" + rest + "</plugin>";
    }

    private static String pathOfTheProject() throws IOException {
        return "<build><plugins>"
                + plugin(
                        "maven-dependency-plugin",
                        "<executions><execution><id>path</id><phase>process-classes</phase>"
                                + "<goals><goal>build-classpath</goal></goals><configuration>"
                                + "<outputFile>target/path.txt</outputFile></configuration></execution></executions>")
                + "</plugins></build>";
    }

    private static String settings() {
        return """
                <settings>
                  <mirrors>
                    <mirror>
                      <id>central-as-this-build-knows-it</id>
                      <mirrorOf>central</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                  <profiles>
                    <profile>
                      <id>release</id>
                      <repositories>
                        <repository>
                          <id>release</id>
                          <url>%s</url>
                        </repository>
                      </repositories>
                    </profile>
                  </profiles>
                  <activeProfiles>
                    <activeProfile>release</activeProfile>
                  </activeProfiles>
                </settings>
                """.formatted(
                CENTRAL == null
                        ? Path.of(System.getProperty("local.repository")).toUri()
                        : CENTRAL,
                FOLDER.resolve("release").toUri());
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
