package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a store that was closed in order, and of one whose process was killed, to be damaged. Made once for each
 * process: they hold times and random numbers, and lie otherwise the same in each.
 */
final class StoreImages {

    private static final int MOST_DAMAGES = 12;

    /** How much of the empty space behind what a file holds can be damaged as well. */
    private static final int SPARE_BYTES = 8 << 10;

    /** Files by their names. */
    private final Map<String, Image> closed;

    private final Map<String, Image> killed;

    /** A file. */
    private static final class Image {

        /** Its beginning; the rest is zero. */
        private final byte[] bytes;

        private final long sizeBytes;

        Image(byte[] bytes, long sizeBytes) {
            this.bytes = bytes;
            this.sizeBytes = sizeBytes;
        }

        static Image of(Path file) throws IOException {
            byte[] whole = Files.readAllBytes(file);
            return new Image(Arrays.copyOf(whole, Math.min(whole.length, used(whole) + SPARE_BYTES)), whole.length);
        }

        void write(Path file) throws IOException {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
            if (sizeBytes > bytes.length) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
                }
            }
        }
    }

    StoreImages(StoreFiles files) throws IOException {
        try (FolderOfStore folder = FolderOfStore.create()) {
            try (SessionStore store = files.open(folder.path(), StoreImages::unexpected)) {
                files.fill(store);
                killed = read(folder.path());
            }
            closed = read(folder.path());
        }
    }

    private static void unexpected(String damage) {
        throw new AssertionError(damage);
    }

    private static Map<String, Image> read(Path folder) throws IOException {
        Map<String, Image> images = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                images.put(folder.relativize(file).toString(), Image.of(file));
            }
        }
        return images;
    }

    /** Writes the files, damaged as the input says. */
    void write(Path folder, Input in) throws IOException {
        Map<String, Image> images = new TreeMap<>(in.chance(2) ? killed : closed);
        List<String> damageable =
                images.keySet().stream().filter(name -> !name.endsWith(".lock")).toList();
        int damages = in.below(MOST_DAMAGES);
        for (int i = 0; i < damages; i++) {
            String name = in.oneOf(damageable);
            Image image = images.get(name);
            if (image != null && image.bytes.length > 0) {
                images.put(name, damaged(image, in));
            }
        }
        for (Map.Entry<String, Image> image : images.entrySet()) {
            image.getValue().write(folder.resolve(image.getKey()));
        }
    }

    private static Image damaged(Image image, Input in) {
        byte[] whole = image.bytes;
        byte[] bytes = whole.clone();
        int used = used(bytes);
        int at = (int) (((long) in.next() << 16 | in.nextShort()) % used);
        switch (in.below(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << in.below(8));
            case 1 -> bytes[at] = (byte) in.next();
            case 2 -> {
                byte[] written = in.bytes(in.below(16));
                System.arraycopy(written, 0, bytes, at, Math.min(written.length, bytes.length - at));
            }
            case 3 -> Arrays.fill(bytes, at & ~4095, Math.min(bytes.length, (at & ~4095) + 4096), (byte) 0);
            case 4 -> {
                return new Image(Arrays.copyOf(bytes, at), at);
            }
            case 5 -> {
                int from = (in.nextShort() << 4) % used;
                int length = Math.min(in.nextShort() % 8192, Math.min(bytes.length - from, bytes.length - at));
                System.arraycopy(whole, from, bytes, at, length);
            }
            default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + in.next()), (byte) in.next());
        }
        return new Image(bytes, image.sizeBytes);
    }

    /** Up to where there is something. */
    private static int used(byte[] bytes) {
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
