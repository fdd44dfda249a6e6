package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** An event loop without a clock: it runs its tasks and then ends; no timer ever fires. */
final class TaskLoop implements EventLoop {

    private final Object lock = new Object();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run);
    private boolean released;

    TaskLoop start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            if (released) {
                throw new RejectedExecutionException("The loop has ended");
            }
            tasks.add(task);
            lock.notifyAll();
        }
    }

    private void run() {
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
        }
    }

    private Runnable next() {
        synchronized (lock) {
            while (tasks.isEmpty() && !released) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return tasks.poll();
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return () -> {};
    }

    @Override
    public void release() {
        synchronized (lock) {
            released = true;
            lock.notifyAll();
        }
    }
}
