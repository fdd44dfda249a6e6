package dev.aldis.mqtt.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file: its fenced blocks and its links. */
record Markdown(Path file, List<Block> blocks, List<String> links) {

    private static final Pattern FENCE = Pattern.compile("```(\\S*)\\s*");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

    /** A fenced block. */
    record Block(String language, String text) {}

    static Markdown read(Path file) {
        List<Block> blocks = new ArrayList<>();
        List<String> links = new ArrayList<>();
        String language = null;
        List<String> inside = new ArrayList<>();
        for (String line : lines(file)) {
            Matcher fence = FENCE.matcher(line);
            if (language != null && line.equals("```")) {
                blocks.add(new Block(language, String.join("\n", inside)));
                language = null;
                inside.clear();
            } else if (language != null) {
                inside.add(line);
            } else if (fence.matches()) {
                language = fence.group(1);
            } else {
                LINK.matcher(line).results().forEach(link -> links.add(link.group(1)));
            }
        }
        if (language != null) {
            throw new IllegalStateException(file + " ends inside a fenced block: close it with ```");
        }
        return new Markdown(file, blocks, links);
    }

    /** The texts of the blocks in one language, in order. */
    List<String> blocks(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .map(Block::text)
                .toList();
    }

    /** The top folder of the repository, found from where the tests run. */
    static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("mqtt-api"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("No folder above " + Path.of("").toAbsolutePath() + " holds mqtt-api");
        }
        return folder;
    }

    /** The README, and every Markdown file beside it and below {@code docs}. */
    static List<Markdown> all() {
        try (Stream<Path> top = Files.list(repository());
                Stream<Path> docs = Files.walk(repository().resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(Markdown::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
