package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientListener;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the first connection. A server that is just being started is given a little time; one that says no, or is not
 * there in the end, is an error: else a mistyped address would look like a program that hangs.
 */
final class FirstConnection implements ClientListener {

    /** How long to try. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private volatile @Nullable Throwable lastFailure;

    @Override
    public void on(ClientEvent event) {
        if (event instanceof ClientEvent.ConnectionLost lost) {
            lastFailure = lost.cause();
        }
    }

    /**
     * Connects, or throws when that fails or takes too long.
     *
     * @param client reports its events to this object
     * @param server for the error message
     */
    void make(MqttClient client, String server) throws InterruptedException {
        try {
            client.connect().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ConnectionException("cannot connect to " + server, e.getCause());
        } catch (TimeoutException e) {
            throw new ConnectionException(
                    "cannot connect to " + server + " within " + PATIENCE.toSeconds()
                            + " s: check that the server runs and the address is right",
                    lastFailure);
        }
    }
}
