package dev.aldis.mqtt.spi.transport;

import java.util.Set;

/**
 * Makes connections for some URI schemes. Found by {@link java.util.ServiceLoader}: declare it with {@code provides} in
 * the module descriptor and in {@code META-INF/services}. Safe for use by any number of threads.
 */
public interface TransportProvider {

    /**
     * The URI schemes that this provider serves, in lower case. Two providers with one scheme are an error for the
     * application that asks for it.
     *
     * @return for example {@code mqtt} and {@code mqtts}
     */
    Set<String> schemes();

    /**
     * Gives an event loop for the life of one client. Many clients may share a loop. The loop is given back with
     * {@link EventLoop#release()}; threads end when the last one was given back.
     *
     * @return a loop
     */
    EventLoop acquireEventLoop();

    /**
     * Begins to connect, and returns at once. Everything that happens is told to the listener, on the given loop: either
     * {@code connected} and later {@code closed}, or only {@code closed}.
     *
     * @param request where to, and how
     * @param eventLoop where the listener is called; may be a loop of another provider
     * @param listener hears of the connection
     * @return the attempt, by which it can be given up; once connected, closes the connection
     */
    TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener);
}
