package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Calls the listener of one connection on the loop that it asked for. What the listener throws fails the connection.
 * Called on the channel's loop, except where said.
 */
abstract sealed class Delivery permits DirectDelivery, HandOverDelivery {

    final TransportListener listener;

    // Used on the listener's loop only.
    private boolean muted;
    private boolean over;
    private boolean knownWritable = true;
    private boolean sawUnwritable;

    Delivery(TransportListener listener) {
        this.listener = listener;
    }

    /** The first call to the listener. */
    abstract void connected(NettyConnection connection);

    /** The bytes still belong to the caller afterwards. */
    abstract void received(NettyConnection connection, ByteBuf bytes);

    /** What could be read for now has been delivered. */
    abstract void readComplete(NettyConnection connection);

    abstract void writabilityChanged(NettyConnection connection);

    /**
     * The last call to the listener.
     *
     * @param afterwards run when the listener has been called, on any loop
     */
    abstract void closed(@Nullable Throwable cause, Runnable afterwards);

    /** Called on the listener's loop. */
    abstract void pauseReading(Channel channel);

    /** Called on the listener's loop. */
    abstract void resumeReading(Channel channel);

    /** Nothing but {@link #closed} is of interest from now on. Called on the listener's loop. */
    final void mute() {
        muted = true;
    }

    final boolean isMuted() {
        return muted;
    }

    /** Whether the listener has been told of the end. Called on the listener's loop. */
    final boolean isOver() {
        return over;
    }

    /**
     * Called on the listener's loop, which has asked. If it saw false it may now wait, and must be told when that is over.
     * If it saw true, then the next change to false is news, even if the last that it was told was false as well.
     */
    final void sawWritable(boolean writable) {
        if (writable) {
            knownWritable = true;
        } else {
            sawUnwritable = true;
        }
    }

    /** On the listener's loop. A change that the listener could not notice before it was reverted is none. */
    final void tellWritability(NettyConnection connection) {
        boolean writable = connection.channel().isWritable();
        if (writable != knownWritable || (writable && sawUnwritable)) {
            knownWritable = writable;
            sawUnwritable = false;
            listener.writabilityChanged(writable);
        }
    }

    /** On the listener's loop. There is no connection left that could be failed with what the listener throws here. */
    final void tellClosed(@Nullable Throwable cause) {
        muted = true;
        over = true;
        try {
            listener.closed(cause);
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
