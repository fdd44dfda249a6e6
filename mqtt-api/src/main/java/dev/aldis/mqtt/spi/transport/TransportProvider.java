package dev.aldis.mqtt.spi.transport;

import java.util.Set;

/**
 * Makes connections for some URI schemes. Found by {@link java.util.ServiceLoader}: declare it with {@code provides} in
 * the module descriptor and in {@code META-INF/services}. Safe for use by any number of threads. A new instance may be made
 * for each use, so what instances share (threads, for example) belongs in static state that ends with its last user.
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
     * {@code connected} and later {@code closed}, or only {@code closed}. May be called on any thread; called on the loop,
     * it returns before the listener hears anything.
     *
     * <p>Host names are looked up and files of {@link dev.aldis.mqtt.api.TlsOptions} are read afresh at each attempt, off
     * the loop. All addresses of a host are tried within the connect timeout.
     *
     * @param request where to, and how
     * @param eventLoop where the listener is called; may be a loop of another provider
     * @param listener hears of the connection
     * @return the attempt, by which it can be given up; once connected, closes the connection
     * @throws IllegalArgumentException if the URI has another scheme, or does not name what the scheme needs
     * @throws IllegalStateException if the loop has been released
     */
    TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener);
}
