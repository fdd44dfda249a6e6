package dev.aldis.mqtt.examples.logstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that has no room, or whose disk fails, when asked to. It fails in the middle: part of the bytes get there. */
final class FaultyChannel extends FileChannel {

    /** What fails. */
    enum Fault {
        NONE,
        WRITE,
        FORCE,
        TRUNCATE
    }

    private final FileChannel real;
    private volatile Fault fault = Fault.NONE;

    FaultyChannel(FileChannel real) {
        this.real = real;
    }

    void fail(Fault next) {
        fault = next;
    }

    private void failAt(Fault step) throws IOException {
        if (fault == step) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        if (fault == Fault.WRITE && source.remaining() > 1) {
            ByteBuffer half = source.duplicate();
            half.limit(half.position() + half.remaining() / 2);
            int written = real.write(half, position);
            source.position(source.position() + written);
            return written;
        }
        failAt(Fault.WRITE);
        return real.write(source, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        failAt(Fault.FORCE);
        real.force(metaData);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        failAt(Fault.TRUNCATE);
        real.truncate(size);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw notUsed();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw notUsed();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw notUsed();
    }

    @Override
    public int write(ByteBuffer source) {
        throw notUsed();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw notUsed();
    }

    @Override
    public long position() {
        throw notUsed();
    }

    @Override
    public FileChannel position(long position) {
        throw notUsed();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw notUsed();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw notUsed();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw notUsed();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw notUsed();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw notUsed();
    }

    private static IllegalStateException notUsed() {
        return new IllegalStateException("The store is not known to use this: give it its fault here");
    }
}
