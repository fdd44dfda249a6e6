package dev.aldis.mqtt.persistence.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBase;

/** Does to a real file what is done to it, unless the disk says that it fails. */
final class SimulatedChannel extends FileBase {

    private final SimulatedDisk disk;
    private final FileChannel real;

    SimulatedChannel(SimulatedDisk disk, FileChannel real) {
        this.disk = disk;
        this.real = real;
        disk.count(1);
    }

    @Override
    public synchronized int write(ByteBuffer source, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(source.remaining());
        bytes.put(0, source, source.position(), bytes.capacity());
        disk.doing(new SimulatedDisk.Write(position, bytes));
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
        disk.doing(new SimulatedDisk.Truncate(size));
        real.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.doing(new SimulatedDisk.Force());
    }

    @Override
    public synchronized int read(ByteBuffer target, long position) throws IOException {
        disk.looking(new SimulatedDisk.Read(position));
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
        disk.count(-1);
    }
}
