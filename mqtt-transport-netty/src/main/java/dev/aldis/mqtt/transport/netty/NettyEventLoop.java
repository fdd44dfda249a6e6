package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One user's lease of a shared loop. */
final class NettyEventLoop implements EventLoop {

    private final SharedLoops owner;
    private final io.netty.channel.EventLoop netty;
    private boolean released;

    NettyEventLoop(SharedLoops owner, io.netty.channel.EventLoop netty) {
        this.owner = owner;
        this.netty = netty;
    }

    @Override
    public void execute(Runnable task) {
        netty.execute(task);
    }

    @Override
    public boolean inLoop() {
        return netty.inEventLoop();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        ScheduledFuture<?> timer = netty.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public void release() {
        SharedLoops.release(this);
    }

    SharedLoops owner() {
        return owner;
    }

    io.netty.channel.EventLoop netty() {
        return netty;
    }

    /** Under the lock of {@link SharedLoops}, like the next one. */
    boolean isReleased() {
        return released;
    }

    void markReleased() {
        released = true;
    }
}
