package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.campaigns.power.RecordedStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The segments of a store on Chronicle Queue. What the queue writes goes through its memory mapping, where nobody sees it; so
 * whenever something is forced, the sectors that have changed since are looked for.
 */
public final class RecordedSegments extends SegmentFiles implements RecordedStore {

    /** Small, so that a campaign goes through many of them. */
    private static final int SEGMENT_BYTES = 64 << 10;

    private static final int SECTOR_BYTES = 512;
    private static final int KEPT_DELETIONS_PERCENT = 25;

    private enum Kind {
        CREATE,
        WRITE,
        FORCE,
        DELETE,
        FORCE_NAMES
    }

    /** Something that was done to a file or, for the names in it, to a folder. */
    private record Operation(Kind kind, Path path, int position, ByteBuffer bytes) {}

    private final StorePaths paths;
    private final Map<Path, byte[]> seen = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    /**
     * A disk on which nothing has been done.
     *
     * @param folder of the store; it is there
     * @param clientIdentifier a plain one, which is the name of its files
     */
    public RecordedSegments(Path folder, String clientIdentifier) throws IOException {
        this.paths = new StorePaths(folder.toRealPath(), clientIdentifier);
    }

    @Override
    public String scheme() {
        return "chronicle";
    }

    @Override
    public StoreProvider provider() {
        return new ChronicleStoreProvider(this, SEGMENT_BYTES, 4 * SEGMENT_BYTES);
    }

    @Override
    public int size() {
        synchronized (operations) {
            return operations.size();
        }
    }

    private void done(Kind kind, Path path, int position, byte[] bytes) {
        synchronized (operations) {
            operations.add(new Operation(kind, paths.parent().relativize(path), position, ByteBuffer.wrap(bytes)));
        }
    }

    private void done(Kind kind, Path path) {
        done(kind, path, 0, new byte[0]);
    }

    @Override
    FileChannel create(Path file) throws IOException {
        FileChannel channel = super.create(file);
        done(Kind.CREATE, file);
        return channel;
    }

    @Override
    void force(Path file, FileChannel channel) {
        for (Path segment : segments()) {
            lookForWrites(segment);
        }
        done(Kind.FORCE, file);
    }

    private List<Path> segments() {
        try {
            return paths.segments().stream().map(StorePaths.Found::file).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void lookForWrites(Path segment) {
        byte[] after;
        try {
            after = Files.readAllBytes(segment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        byte[] before = Arrays.copyOf(seen.getOrDefault(segment, new byte[0]), after.length);
        for (int start = 0; start < after.length; start += SECTOR_BYTES) {
            int end = Math.min(start + SECTOR_BYTES, after.length);
            if (!Arrays.equals(before, start, end, after, start, end)) {
                done(Kind.WRITE, segment, start, Arrays.copyOfRange(after, start, end));
            }
        }
        seen.put(segment, after);
    }

    @Override
    void forceFolder(Path folder) {
        done(Kind.FORCE_NAMES, folder);
    }

    @Override
    void delete(Path file) throws IOException {
        super.delete(file);
        done(Kind.DELETE, file);
    }

    /**
     * What was forced is there; of what was not, each sector that was written is there or not, as it happens, and so is each
     * name in a folder that was not forced since.
     */
    @Override
    public void afterPowerLoss(int count, Path folder, Random random) throws IOException {
        List<Operation> first;
        synchronized (operations) {
            first = List.copyOf(operations.subList(0, count));
        }
        int percent = random.nextInt(101);
        Map<Path, byte[]> images = new TreeMap<>();
        for (int i = 0; i < first.size(); i++) {
            Operation operation = first.get(i);
            Path path = operation.path();
            if (operation.kind() == Kind.CREATE) {
                images.put(path, new byte[0]);
            } else if (operation.kind() == Kind.WRITE) {
                if (isDone(first, i, Kind.FORCE, path) || random.nextInt(100) < percent) {
                    images.computeIfPresent(path, (file, image) -> written(image, operation));
                }
            } else if (operation.kind() == Kind.DELETE
                    && (isDone(first, i, Kind.FORCE_NAMES, parent(path))
                            || random.nextInt(100) >= KEPT_DELETIONS_PERCENT)) {
                images.remove(path);
            }
        }
        for (Map.Entry<Path, byte[]> image : images.entrySet()) {
            if (isNamed(first, image.getKey()) || random.nextBoolean()) {
                Path file = folder.resolve(image.getKey().toString());
                Files.createDirectories(parent(file));
                Files.write(file, image.getValue());
            }
        }
    }

    private static byte[] written(byte[] before, Operation write) {
        ByteBuffer bytes = write.bytes();
        byte[] image = Arrays.copyOf(before, Math.max(before.length, write.position() + bytes.capacity()));
        bytes.get(0, image, write.position(), bytes.capacity());
        return image;
    }

    /** Whether the names of a file and of the folders that it is in were forced since it was made. */
    private static boolean isNamed(List<Operation> first, Path file) {
        int made = 0;
        for (int i = 0; i < first.size(); i++) {
            boolean create = first.get(i).kind() == Kind.CREATE;
            made = create && first.get(i).path().equals(file) ? i : made;
        }
        Path queue = parent(file);
        return isDone(first, made, Kind.FORCE_NAMES, queue)
                && isDone(first, 0, Kind.FORCE_NAMES, parent(queue))
                && isDone(first, 0, Kind.FORCE_NAMES, Path.of(""));
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Whether something is done to a path behind an operation. */
    private static boolean isDone(List<Operation> first, int after, Kind kind, Path path) {
        for (int i = first.size() - 1; i > after; i--) {
            if (first.get(i).kind() == kind && first.get(i).path().equals(path)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        seen.clear();
    }
}
