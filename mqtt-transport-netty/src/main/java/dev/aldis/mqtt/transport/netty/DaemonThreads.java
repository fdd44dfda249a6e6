package dev.aldis.mqtt.transport.netty;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that do not keep the process alive, named by a number. */
final class DaemonThreads implements ThreadFactory {

    private final String name;
    private final AtomicInteger last = new AtomicInteger();

    DaemonThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new FastThreadLocalThread(task, name + "-" + last.incrementAndGet());
        thread.setDaemon(true);
        // Shared threads must not hold on to the class loader of the application that happened to come first.
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        return thread;
    }
}
