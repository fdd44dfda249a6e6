package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;

/** An event loop that stands still: what it is given to do is never done, and no timer ever fires. */
final class StillLoop implements EventLoop {

    @Override
    public void execute(Runnable task) {}

    @Override
    public boolean inLoop() {
        return false;
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return () -> {};
    }

    @Override
    public void release() {}
}
