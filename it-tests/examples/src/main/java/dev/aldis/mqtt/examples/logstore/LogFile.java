package dev.aldis.mqtt.examples.logstore;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.BlockingStore;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A file to whose end batches are written. The live records are also held on the heap: good for thousands of them. */
final class LogFile implements BlockingStore {

    private static final long MAGIC_AND_VERSION = 0x616C_6F67_0000_0001L;
    private static final int MARK = 0xBA7C_0001;
    private static final int BATCH_HEAD_BYTES = 3 * Integer.BYTES;
    private static final int CHANGE_HEAD_BYTES = Long.BYTES + Short.BYTES + Integer.BYTES;
    private static final short REMOVAL = -1;
    private static final long WORTH_COMPACTING_BYTES = 1 << 20;

    private final Path folder;
    private final Path path;
    private final boolean forced;
    private final TreeMap<Long, StoredRecord> records = new TreeMap<>();
    private final List<ByteBuffer> applied = new ArrayList<>();
    private FileChannel channel;

    /** Where the last committed batch ends; what may lie behind it is nothing. */
    private long size;

    private long liveBytes;
    private boolean nameForced;

    /** Opens the file, and makes it if it is not there. What is damaged is left out, reported, and kept aside. */
    LogFile(Path folder, String name, boolean forced, Consumer<String> damage) throws IOException {
        this.folder = folder;
        this.path = folder.resolve(name);
        this.forced = forced;
        if (Files.exists(path) && load(ByteBuffer.wrap(Files.readAllBytes(path)))) {
            this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
            return;
        }
        if (Files.exists(path)) {
            Path aside = Files.createTempFile(folder, name + ".damaged-", "");
            Files.copy(path, aside, StandardCopyOption.REPLACE_EXISTING);
            damage.accept("The store " + path + " is damaged; " + records.size()
                    + " records were kept, and the file as it was is kept as " + aside);
        }
        this.channel = rewritten();
    }

    /** Takes all batches that are whole; false if something before, between or behind them is not. */
    private boolean load(ByteBuffer bytes) {
        long head = bytes.limit() < Long.BYTES ? 0 : bytes.getLong(0);
        if (head > MAGIC_AND_VERSION && head >> 32 == MAGIC_AND_VERSION >> 32) {
            throw new StoreException("The store " + path + " is of a newer version: use that", (Throwable) null);
        }
        boolean whole = head == MAGIC_AND_VERSION;
        int end = Long.BYTES;
        for (int start = end; start < bytes.limit(); start++) {
            ByteBuffer changes = changesAt(bytes, start);
            if (changes != null) {
                whole &= start == end;
                end = start + BATCH_HEAD_BYTES + changes.limit();
                start = end - 1;
                replay(changes);
            }
        }
        size = end;
        int rest = bytes.limit() - end - BATCH_HEAD_BYTES;
        // A batch cut short was being written when the process ended: nobody was told that it is stored.
        boolean cutShort = rest < 0 || (bytes.getInt(end) == MARK && bytes.getInt(end + Integer.BYTES) > rest);
        return whole && cutShort;
    }

    /** The changes of the batch that begins here; null if there is none, or not all of it. */
    private static @Nullable ByteBuffer changesAt(ByteBuffer bytes, int start) {
        int rest = bytes.limit() - start - BATCH_HEAD_BYTES;
        int length = rest < 0 || bytes.getInt(start) != MARK ? -1 : bytes.getInt(start + Integer.BYTES);
        if (length < 0 || length > rest) {
            return null;
        }
        ByteBuffer changes = bytes.slice(start + BATCH_HEAD_BYTES, length);
        return bytes.getInt(start + 2 * Integer.BYTES) == checksum(changes) ? changes : null;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private void replay(ByteBuffer changes) {
        while (changes.hasRemaining()) {
            long key = changes.getLong();
            short kind = changes.getShort();
            byte[] content = new byte[changes.getInt()];
            changes.get(content);
            StoredRecord record = kind == REMOVAL ? null : new StoredRecord(key, kind, Payload.wrap(content));
            StoredRecord before = record == null ? records.remove(key) : records.put(key, record);
            liveBytes += sizeOf(record) - sizeOf(before);
        }
    }

    private static int sizeOf(@Nullable StoredRecord record) {
        return record == null ? 0 : CHANGE_HEAD_BYTES + record.content().sizeBytes();
    }

    @Override
    public void apply(ChangeBatch batch) {
        applied.add(encode(batch));
    }

    private static ByteBuffer encode(ChangeBatch batch) {
        int length = batch.size() * CHANGE_HEAD_BYTES + batch.contentSizeBytes();
        ByteBuffer bytes = ByteBuffer.allocate(BATCH_HEAD_BYTES + length);
        bytes.putInt(MARK).putInt(length).putInt(0);
        for (int i = 0; i < batch.size(); i++) {
            bytes.putLong(batch.key(i)).putShort(batch.isPut(i) ? (short) batch.kind(i) : REMOVAL);
            bytes.putInt(batch.lengthBytes(i)).put(batch.array(), batch.offset(i), batch.lengthBytes(i));
        }
        bytes.putInt(2 * Integer.BYTES, checksum(bytes.slice(BATCH_HEAD_BYTES, length)));
        return bytes.flip();
    }

    /** Writes what was applied, forces it to the disk if asked to, and only then shows it to readers. */
    @Override
    public void commit() {
        try {
            compactIfWorthIt();
            long end = write(channel.truncate(size), size, applied);
            if (forced) {
                channel.force(false);
            }
            size = end;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        applied.forEach(batch -> replay(batch.position(BATCH_HEAD_BYTES)));
        applied.clear();
    }

    private static long write(FileChannel to, long start, List<ByteBuffer> batches) throws IOException {
        long end = start;
        for (ByteBuffer batch : batches) {
            while (batch.hasRemaining()) {
                end += to.write(batch, end);
            }
        }
        return end;
    }

    private void compactIfWorthIt() throws IOException {
        if (size > WORTH_COMPACTING_BYTES && size / 4 > liveBytes) {
            FileChannel old = channel;
            channel = rewritten();
            old.close();
        }
        if (!nameForced) {
            OwnerOnly.forceFolder(folder);
            nameForced = true;
        }
    }

    /** Writes the live records alone into a new file, which takes the place of the old one in one step. */
    private FileChannel rewritten() throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft);
        OwnerOnly.createFile(draft);
        FileChannel to = FileChannel.open(draft, StandardOpenOption.WRITE);
        try {
            long end = to.write(ByteBuffer.allocate(Long.BYTES).putLong(0, MAGIC_AND_VERSION));
            for (StoredRecord record : records.values()) {
                ChangeBatch batch = new ChangeBatch();
                batch.put(record.key(), record.kind(), record.content().asByteBuffer());
                end = write(to, end, List.of(encode(batch)));
            }
            to.force(true);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            nameForced = false;
            size = end;
            return to;
        } catch (IOException e) {
            to.close();
            throw e;
        }
    }

    @Override
    public void abandon(Throwable cause) {
        applied.clear();
        try {
            channel.truncate(size);
        } catch (IOException e) {
            // The next commit tries it again.
            cause.addSuppressed(e);
        }
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        return records.tailMap(fromKey).values().stream().limit(limit).toList();
    }

    @Override
    public void tidy() {}

    @Override
    public void close() throws IOException {
        try (FileChannel last = channel) {
            last.truncate(size);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
