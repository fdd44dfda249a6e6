package dev.aldis.mqtt.campaigns.power;

import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.disk.FilePathDisk;

/** A file system for H2 over the real one that remembers what was written to its one file, and when that was forced. */
final class RecordingDisk implements RecordedStore {

    private static final String SCHEME = "recording";
    private static final int SECTOR_BYTES = 512;

    /** Bytes at a position; without bytes another length; without position everything before is on the disk. */
    private record Operation(long position, ByteBuffer bytes) {
        static final Operation FORCE = new Operation(-1, ByteBuffer.allocate(0));

        boolean isTruncation() {
            return bytes.capacity() == 0;
        }
    }

    private final FilePath provider = new RecordedPath("");
    private final List<Operation> operations = new ArrayList<>();

    /** Empty until the file is opened. */
    private volatile Path file = Path.of("");

    RecordingDisk() {
        FilePath.register(provider);
    }

    @Override
    public String scheme() {
        return "h2";
    }

    /** The file system below a store is nobody's business but its own tests'; hence not by an option. */
    @Override
    public StoreProvider provider() throws ReflectiveOperationException {
        Constructor<H2StoreProvider> constructor = H2StoreProvider.class.getDeclaredConstructor(String.class);
        constructor.setAccessible(true);
        return constructor.newInstance(SCHEME + ":");
    }

    @Override
    public int size() {
        synchronized (operations) {
            return operations.size();
        }
    }

    private void done(Operation operation) {
        synchronized (operations) {
            operations.add(operation);
        }
    }

    /**
     * What was forced is there, of what was not, each sector that was written and each change of length is there or not, as
     * it happens.
     */
    @Override
    public void afterPowerLoss(int count, Path folder, Random random) throws IOException {
        List<Operation> first;
        synchronized (operations) {
            first = List.copyOf(operations.subList(0, count));
        }
        int forced = first.lastIndexOf(Operation.FORCE) + 1;
        int percent = random.nextInt(101);
        byte[] image = {};
        for (int i = 0; i < first.size(); i++) {
            image = apply(first.get(i), image, i < forced ? 100 : percent, random);
        }
        Files.write(folder.resolve(file.getFileName()), image);
    }

    private static byte[] apply(Operation operation, byte[] before, int percent, Random random) {
        if (operation.equals(Operation.FORCE)) {
            return before;
        }
        if (operation.isTruncation()) {
            boolean happens = random.nextInt(100) < percent && operation.position() < before.length;
            return happens ? Arrays.copyOf(before, (int) operation.position()) : before;
        }
        ByteBuffer bytes = operation.bytes();
        int position = (int) operation.position();
        byte[] image = before;
        for (int start = 0; start < bytes.capacity(); start += SECTOR_BYTES) {
            if (random.nextInt(100) < percent) {
                int length = Math.min(SECTOR_BYTES, bytes.capacity() - start);
                if (position + start + length > image.length) {
                    image = Arrays.copyOf(image, position + start + length);
                }
                bytes.get(start, image, position + start, length);
            }
        }
        return image;
    }

    @Override
    public void close() {
        FilePath.unregister(provider);
    }

    /** A file name of this file system. */
    private final class RecordedPath extends FilePathDisk {

        RecordedPath(String plainName) {
            name = plainName;
        }

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FilePathDisk getPath(String path) {
            String prefix = SCHEME + ":";
            return new RecordedPath(path.startsWith(prefix) ? path.substring(prefix.length()) : path);
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            file = Path.of(name);
            return new RecordedChannel(super.open(mode));
        }
    }

    /** Does to a real file what is done to it, but forces nothing. */
    private final class RecordedChannel extends FileBase {

        private final FileChannel real;

        RecordedChannel(FileChannel real) {
            this.real = real;
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(source.remaining());
            bytes.put(0, source, source.position(), bytes.capacity());
            done(new Operation(position, bytes));
            return real.write(source, position);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int written = write(source, real.position());
            real.position(real.position() + written);
            return written;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            done(new Operation(size, ByteBuffer.allocate(0)));
            real.truncate(size);
            return this;
        }

        @Override
        public void force(boolean metaData) {
            done(Operation.FORCE);
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            return real.read(target, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return real.read(target);
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }
}
