package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** For a listener whose loop is that of the channel: calls it at once, with the bytes where they are. */
final class DirectDelivery extends Delivery {

    DirectDelivery(TransportListener listener) {
        super(listener);
    }

    @Override
    void connected(NettyConnection connection) {
        try {
            listener.connected(connection);
        } catch (Throwable thrown) {
            connection.fail(thrown);
        }
    }

    @Override
    void received(NettyConnection connection, ByteBuf bytes) {
        if (isMuted()) {
            return;
        }
        ByteBuffer view = bytes.nioBufferCount() == 1
                ? bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes())
                : bytes.nioBuffer();
        try {
            listener.received(view);
        } catch (Throwable thrown) {
            mute();
            connection.fail(thrown);
        }
    }

    @Override
    void readComplete(NettyConnection connection) {}

    @Override
    void writabilityChanged(NettyConnection connection) {
        if (isMuted()) {
            return;
        }
        try {
            tellWritability(connection);
        } catch (Throwable thrown) {
            mute();
            connection.fail(thrown);
        }
    }

    @Override
    void closed(@Nullable Throwable cause, Runnable afterwards) {
        tellClosed(cause);
        afterwards.run();
    }

    @Override
    void pauseReading(Channel channel) {
        channel.config().setAutoRead(false);
    }

    @Override
    void resumeReading(Channel channel) {
        channel.config().setAutoRead(true);
    }
}
