package dev.aldis.mqtt.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port on the loopback address for a server that is given its port, or takes the same one again after a stop.
 *
 * <p>It is none of those that the system gives to whoever asks for any: such a port may be somebody else's by the time the
 * server listens, or a client that tries it in vain is connected to itself.
 */
public final class FreePort {

    private static final int FIRST = 10_000;

    /** Linux gives out ports from 32,768 on, others from 49,152 on. */
    private static final int LAST = 32_767;

    private static final int MOST_TRIES = 1_000;

    private FreePort() {}

    /**
     * Finds one that nobody listens on.
     *
     * @return its number
     */
    public static int find() {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            // At random, since others look for one at the same time.
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port from " + FIRST + " to " + LAST + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
