package dev.aldis.mqtt.fuzzing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The inputs of a target that are kept: a text file with one of them on each line, in hexadecimal, sorted. */
final class Corpus {

    private static final Path RESOURCES =
            Path.of("src", "test", "resources", "dev", "aldis", "mqtt", "fuzzing", "corpus");

    private Corpus() {}

    /** The lines of the corpus in the resources. */
    static List<String> lines(Targets target) {
        try (InputStream in = Corpus.class.getResourceAsStream("corpus/" + target.folder() + ".txt")) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> inputs(Targets target) {
        return lines(target).stream().map(HexFormat.of()::parseHex).toList();
    }

    /** Makes the inputs of a folder the corpus in the sources. */
    static void record(Targets target, Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                lines.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        Files.createDirectories(RESOURCES);
        Files.write(
                RESOURCES.resolve(target.folder() + ".txt"),
                lines.stream().filter(line -> !line.isEmpty()).sorted().toList());
    }

    /** Writes inputs as files, as Jazzer reads them. */
    static void write(List<byte[]> inputs, Path folder) throws IOException {
        Files.createDirectories(folder);
        int number = 0;
        for (byte[] input : inputs) {
            Files.write(folder.resolve("seed-" + number++), input);
        }
    }
}
