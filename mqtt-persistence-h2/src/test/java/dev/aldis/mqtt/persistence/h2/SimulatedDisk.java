package dev.aldis.mqtt.persistence.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.disk.FilePathDisk;

/**
 * A file system for H2 over the real one that counts, remembers what was done to a file, makes it fail on request, and
 * builds the file that a crash at some moment would have left.
 */
final class SimulatedDisk implements AutoCloseable {

    /** What is done to a file. */
    sealed interface Operation {}

    /** Bytes at a position. */
    record Write(long position, ByteBuffer bytes) implements Operation {}

    /** Another length. */
    record Truncate(long size) implements Operation {}

    /** Everything before is on the disk when it returns. */
    record Force() implements Operation {}

    /** Bytes are asked for; not remembered, since it changes nothing. */
    record Read(long position) implements Operation {}

    /** A file is opened; not remembered either. */
    record Open() implements Operation {}

    /** Says whether an operation is to fail; then with this exception. */
    interface Fault {

        void check(Operation operation) throws IOException;
    }

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int SECTOR_BYTES = 512;

    private final String scheme = "simulated" + NUMBER.incrementAndGet();
    private final FilePath provider = new SimulatedPath("");
    private final List<Operation> operations = new ArrayList<>();
    private final AtomicInteger openFiles = new AtomicInteger();
    private volatile Fault fault = operation -> {};
    private volatile boolean writable = true;
    private byte[] before = {};

    SimulatedDisk() {
        FilePath.register(provider);
    }

    /** What to put in front of a file name. */
    String fileSystem() {
        return scheme + ":";
    }

    /** Lets operations fail from now on; one that fails does nothing. */
    void failWith(Fault next) {
        fault = next;
    }

    /** Lets each file be one that this user may not write. */
    void forbidWriting() {
        writable = false;
    }

    /** How many files are open. */
    int openFiles() {
        return openFiles.get();
    }

    /** Tells of a file that was opened or, with -1, closed. */
    void count(int opened) {
        openFiles.addAndGet(opened);
    }

    /** Forgets what was done so far; crashes are built on the file as it is now. */
    void remember(Path file) throws IOException {
        synchronized (operations) {
            operations.clear();
            before = Files.readAllBytes(file);
        }
    }

    /** How many operations have been done. */
    int size() {
        synchronized (operations) {
            return operations.size();
        }
    }

    /** Whether the last operation was of a type; true if there was none. */
    boolean lastIs(Class<? extends Operation> type) {
        synchronized (operations) {
            return operations.isEmpty() || type.isInstance(operations.get(operations.size() - 1));
        }
    }

    long count(Class<? extends Operation> type) {
        synchronized (operations) {
            return operations.stream().filter(type::isInstance).count();
        }
    }

    /** The file after the first operations and a part of the next one: what a killed process leaves. */
    byte[] afterKill(int operationsDone, Random random) {
        synchronized (operations) {
            Image image = new Image(before);
            operations.subList(0, operationsDone).forEach(image::apply);
            if (operationsDone < operations.size() && operations.get(operationsDone) instanceof Write write) {
                image.write(
                        write.position(),
                        write.bytes(),
                        0,
                        random.nextInt(write.bytes().capacity() + 1));
            }
            return image.bytes();
        }
    }

    /**
     * The file after the first operations and a loss of power: what was forced is there, of what was not, each sector that
     * was written and each change of length is there or not, as it happens.
     */
    byte[] afterPowerLoss(int operationsDone, Random random) {
        synchronized (operations) {
            Image image = new Image(before);
            List<Operation> done = operations.subList(0, operationsDone);
            int forced = done.lastIndexOf(new Force()) + 1;
            done.subList(0, forced).forEach(image::apply);
            int percent = random.nextInt(101);
            for (Operation operation : done.subList(forced, done.size())) {
                if (operation instanceof Write write) {
                    writeSomeSectors(image, write, percent, random);
                } else if (random.nextInt(100) < percent) {
                    image.apply(operation);
                }
            }
            return image.bytes();
        }
    }

    private static void writeSomeSectors(Image image, Write write, int percent, Random random) {
        for (int start = 0; start < write.bytes().capacity(); start += SECTOR_BYTES) {
            if (random.nextInt(100) < percent) {
                image.write(
                        write.position(),
                        write.bytes(),
                        start,
                        Math.min(start + SECTOR_BYTES, write.bytes().capacity()));
            }
        }
    }

    /** Tells of an operation that is about to be done and changes nothing. */
    void looking(Operation operation) throws IOException {
        fault.check(operation);
    }

    /** Tells of an operation that is about to be done. */
    void doing(Operation operation) throws IOException {
        fault.check(operation);
        synchronized (operations) {
            operations.add(operation);
        }
    }

    @Override
    public void close() {
        FilePath.unregister(provider);
    }

    /** A file in memory. */
    private static final class Image {

        private byte[] bytes;
        private int size;

        Image(byte[] start) {
            bytes = start.clone();
            size = start.length;
        }

        void apply(Operation operation) {
            if (operation instanceof Write write) {
                write(write.position(), write.bytes(), 0, write.bytes().capacity());
            } else if (operation instanceof Truncate truncate) {
                int length = (int) Math.min(size, truncate.size());
                Arrays.fill(bytes, length, size, (byte) 0);
                size = length;
            }
        }

        void write(long position, ByteBuffer source, int start, int end) {
            int to = (int) position + end;
            if (to > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(to, bytes.length * 2));
            }
            if (end > start) {
                source.get(start, bytes, (int) position + start, end - start);
                size = Math.max(size, to);
            }
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, size);
        }
    }

    /** A file name of this file system. */
    private final class SimulatedPath extends FilePathDisk {

        SimulatedPath(String plainName) {
            name = plainName;
        }

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public FilePathDisk getPath(String path) {
            return new SimulatedPath(
                    path.startsWith(fileSystem()) ? path.substring(fileSystem().length()) : path);
        }

        @Override
        public boolean canWrite() {
            return writable && super.canWrite();
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            looking(new Open());
            return new SimulatedChannel(SimulatedDisk.this, super.open(mode));
        }
    }
}
