package dev.aldis.mqtt.persistence.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Files that count what is done to them, and fail on request. What fails does nothing. */
class FaultyFiles extends SegmentFiles {

    /** What can fail. */
    enum Step {
        CREATE,
        RESERVE,
        WRITE,
        FORCE,
        FORCE_FOLDER,
        OPEN,
        READ,
        DELETE
    }

    /** Says whether a step is to fail; then with this exception. */
    interface Fault {

        void check(Step step) throws IOException;
    }

    private final Map<Step, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Queue<FileChannel> opened = new ConcurrentLinkedQueue<>();
    private volatile Fault fault = step -> {};

    /** Lets steps fail from now on. */
    void failWith(Fault next) {
        fault = next;
    }

    /** Lets one kind of step fail from now on. */
    void fail(Step failing, String message) {
        fault = step -> {
            if (step == failing) {
                throw new IOException(message);
            }
        };
    }

    void recover() {
        fault = step -> {};
    }

    /** How often a step was done. */
    int count(Step step) {
        return counts.getOrDefault(step, new AtomicInteger()).get();
    }

    /** How many files are open to be read. */
    long openToRead() {
        return opened.stream().filter(FileChannel::isOpen).count();
    }

    private void doing(Step step) throws IOException {
        fault.check(step);
        counts.computeIfAbsent(step, key -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    FileChannel create(Path file) throws IOException {
        doing(Step.CREATE);
        return super.create(file);
    }

    @Override
    void reserve(FileChannel channel, long start, long end) throws IOException {
        doing(Step.RESERVE);
        super.reserve(channel, start, end);
    }

    @Override
    void beforeWrite(Path file, long position) throws IOException {
        doing(Step.WRITE);
    }

    @Override
    void force(Path file, FileChannel channel) throws IOException {
        doing(Step.FORCE);
        super.force(file, channel);
    }

    @Override
    void forceFolder(Path folder) throws IOException {
        doing(Step.FORCE_FOLDER);
        super.forceFolder(folder);
    }

    @Override
    FileChannel openToRead(Path file) throws IOException {
        doing(Step.OPEN);
        FileChannel channel = super.openToRead(file);
        opened.removeIf(before -> !before.isOpen());
        opened.add(channel);
        return channel;
    }

    @Override
    void read(FileChannel channel, ByteBuffer target, long position) throws IOException {
        doing(Step.READ);
        super.read(channel, target, position);
    }

    @Override
    void delete(Path file) throws IOException {
        doing(Step.DELETE);
        super.delete(file);
    }
}
