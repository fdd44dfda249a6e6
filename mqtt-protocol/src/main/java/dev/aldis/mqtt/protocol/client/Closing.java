package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Guarded by the list of those who wait, as is how it ended. */
    private boolean released;

    private @Nullable Throwable failure;

    Closing(ClientLoop loop, ClientResources resources, MqttException cause, boolean impatient) {
        this.loop = loop;
        this.resources = resources;
        this.cause = cause;
        this.impatient = impatient;
    }

    /** Somebody waits for the end; each hears how it went, whenever he asks. */
    void whenDone(LoopFuture<Void> done, boolean byHandler) {
        calledByHandler |= byHandler;
        synchronized (waiting) {
            if (!released) {
                waiting.add(done);
                return;
            }
        }
        tell(done);
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

    private void release() {
        Throwable cause = null;
        try {
            resources.release();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "The store could not be closed in order", e);
            cause = e;
        }
        List<LoopFuture<Void>> all;
        synchronized (waiting) {
            released = true;
            failure = cause;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(this::tell);
    }

    @SuppressWarnings("NullAway") // A future of Void is completed with null.
    private void tell(LoopFuture<Void> done) {
        Throwable cause = failure;
        if (cause == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(cause);
        }
    }
}
