package dev.aldis.mqtt.protocol.client;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The daemon threads that run handlers of all clients that have no executor of their own. They end with the last client
 * that uses them.
 */
final class HandlerThreads {

    private static final Object LOCK = new Object();
    private static final long IDLE_SECONDS = 10;

    private static @Nullable ThreadPoolExecutor pool;
    private static int users;

    private HandlerThreads() {}

    static Executor acquire() {
        synchronized (LOCK) {
            users++;
            ThreadPoolExecutor present = pool;
            if (present == null) {
                present = create();
                pool = present;
            }
            return present;
        }
    }

    static void release() {
        synchronized (LOCK) {
            users--;
            if (users == 0 && pool != null) {
                pool.shutdown();
                pool = null;
            }
        }
    }

    private static ThreadPoolExecutor create() {
        int threads = Math.max(4, Runtime.getRuntime().availableProcessors());
        AtomicInteger numbers = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "aldis-mqtt-handler-" + numbers.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
