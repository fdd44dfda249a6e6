package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * For a listener on another provider's loop: hands every event over, in order, with a copy of the bytes. The channel is
 * read on demand: more is read only when the listener has taken what was read before, so a slow loop holds the peer
 * back instead of filling the heap.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed read ends the channel, which is told once, at its end.
final class HandOverDelivery extends Delivery {

    private final EventLoop loop;

    // Used on the listener's loop only.
    private boolean paused;
    private boolean readOwed;

    HandOverDelivery(EventLoop loop, TransportListener listener) {
        super(listener);
        this.loop = loop;
    }

    @Override
    void connected(NettyConnection connection) {
        Channel channel = connection.channel();
        channel.config().setAutoRead(false);
        handOver(connection, () -> {
            listener.connected(connection);
            readMore(channel);
        });
    }

    @Override
    void received(NettyConnection connection, ByteBuf bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), copy);
        copy.flip();
        handOver(connection, () -> listener.received(copy));
    }

    @Override
    void readComplete(NettyConnection connection) {
        try {
            loop.execute(() -> readMore(connection.channel()));
        } catch (RejectedExecutionException released) {
            connection.fail(released);
        }
    }

    @Override
    void writabilityChanged(NettyConnection connection) {
        handOver(connection, () -> tellWritability(connection));
    }

    @Override
    void closed(@Nullable Throwable cause, Runnable afterwards) {
        try {
            loop.execute(() -> {
                tellClosed(cause);
                afterwards.run();
            });
        } catch (RejectedExecutionException released) {
            afterwards.run();
            throw released;
        }
    }

    @Override
    void pauseReading(Channel channel) {
        paused = true;
    }

    @Override
    void resumeReading(Channel channel) {
        paused = false;
        if (readOwed) {
            readOwed = false;
            channel.read();
        }
    }

    private void readMore(Channel channel) {
        if (isOver()) {
            return;
        }
        if (paused) {
            readOwed = true;
        } else {
            channel.read();
        }
    }

    private void handOver(NettyConnection connection, Runnable event) {
        Runnable unlessMuted = () -> {
            if (isMuted()) {
                return;
            }
            try {
                event.run();
            } catch (Throwable thrown) {
                mute();
                connection.fail(thrown);
            }
        };
        try {
            loop.execute(unlessMuted);
        } catch (RejectedExecutionException released) {
            connection.fail(released);
        }
    }
}
