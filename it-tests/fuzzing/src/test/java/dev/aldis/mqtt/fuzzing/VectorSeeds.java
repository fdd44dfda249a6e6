package dev.aldis.mqtt.fuzzing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The vectors of the codec's tests as inputs, for a corpus to begin with. */
final class VectorSeeds {

    private static final Path VECTORS = Path.of("..", "..", "mqtt-protocol")
            .resolve(Path.of("src", "test", "resources", "dev", "aldis", "mqtt", "protocol", "codec", "vectors.tsv"));

    private VectorSeeds() {}

    /** None for targets whose inputs are no bytes of a connection. */
    static List<byte[]> of(Targets target) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        if (target == Targets.DECODER || target == Targets.NETTY) {
            List<String> lines = Files.readAllLines(VECTORS);
            for (String line : lines.subList(1, lines.size())) {
                String[] columns = line.split("\t", -1);
                boolean server = !columns[2].equals("s2c");
                boolean connect = columns[3].startsWith("1");
                int choice = (columns[1].equals("5") ? 0 : 1) | (server ? 4 : 0) | (server && !connect ? 8 : 0);
                byte[] packet = HexFormat.of().parseHex(columns[3]);
                byte[] seed = new byte[2 + packet.length];
                seed[0] = (byte) choice;
                System.arraycopy(packet, 0, seed, 2, packet.length);
                if (seed.length <= target.longestInputBytes()) {
                    seeds.add(seed);
                }
            }
        }
        return seeds;
    }
}
