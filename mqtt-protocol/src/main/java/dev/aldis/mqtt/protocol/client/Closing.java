package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a client, step by step: the connection closes, what was collected is stored, a running handler returns; then
 * nothing comes in any more, and a thread of its own closes the store and gives the threads back.
 */
final class Closing {

    /** How long the end waits for the connection and for a handler that is running. */
    static final long LONGEST_WAIT_NANOS = 5_000_000_000L;

    private static final System.Logger LOGGER = System.getLogger(Closing.class.getName());

    private final ClientLoop loop;
    private final ClientResources resources;
    private final MqttException cause;
    private final long beganNanos = System.nanoTime();
    private final List<LoopFuture<Void>> waiting = new ArrayList<>();
    private boolean impatient;
    private boolean calledByHandler;
    private boolean finished;
    private boolean released;

    Closing(ClientLoop loop, ClientResources resources, MqttException cause, boolean impatient) {
        this.loop = loop;
        this.resources = resources;
        this.cause = cause;
        this.impatient = impatient;
    }

    /** Somebody waits for the end. */
    @SuppressWarnings("NullAway") // A future of Void is completed with null.
    void whenDone(LoopFuture<Void> done, boolean byHandler) {
        calledByHandler |= byHandler;
        synchronized (waiting) {
            if (!released) {
                waiting.add(done);
                return;
            }
        }
        done.complete(null);
    }

    /** The engine cannot be waited for any more. */
    void giveUpWaiting() {
        impatient = true;
    }

    /** Goes on if what it waited for has happened. */
    void proceed() {
        if (finished || !isReady()) {
            return;
        }
        finished = true;
        loop.finish(cause);
        Thread thread = new Thread(this::release, "aldis-mqtt-close");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean isReady() {
        if (impatient || System.nanoTime() - beganNanos >= LONGEST_WAIT_NANOS) {
            return true;
        }
        boolean handlerReturned = calledByHandler || !loop.dispatcher().isBusy();
        return handlerReturned && loop.engine().isIdle() && loop.engine().isStoreQuiet();
    }

    @SuppressWarnings("NullAway") // As above.
    private void release() {
        RuntimeException failure = null;
        try {
            resources.release();
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.ERROR, "The store could not be closed in order", e);
            failure = e;
        }
        List<LoopFuture<Void>> all;
        synchronized (waiting) {
            released = true;
            all = List.copyOf(waiting);
        }
        for (LoopFuture<Void> done : all) {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        }
    }
}
