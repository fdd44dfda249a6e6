package dev.aldis.mqtt.transport.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Notices a reset that arrived together with bytes, of which Netty's io_uring channel (4.2.18) reads the bytes and then
 * waits for ever: what it asked the system to watch has been told by then, and that the bytes were not all is told for
 * an end in order only.
 *
 * <p>Asks the system once the channel has wanted to read for a while and nothing came, and twice before it believes it,
 * so that bytes which wait to be read are read first. An idle connection is not asked.
 */
final class ResetWatch extends ChannelDuplexHandler {

    private static final long PAUSE_MILLIS = 100;

    /** {@code TCP_CLOSE} of Linux: neither side is there any more. */
    private static final int CLOSED = 7;

    private final IoUringSocketChannel channel;

    private boolean readWanted;
    private boolean readByItself;
    private boolean watching;
    private boolean suspected;

    ResetWatch(IoUringSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        readWanted = true;
        readByItself = channel.config().isAutoRead();
        context.read();
        if (!watching) {
            watching = true;
            lookLater(context);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readWanted = false;
        suspected = false;
        context.fireChannelReadComplete();
    }

    private void lookLater(ChannelHandlerContext context) {
        var unused = context.executor().schedule(() -> look(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext context) {
        if (!channel.isActive() || isPaused() || channel.tcpInfo().state() != CLOSED) {
            watching = false;
            suspected = false;
        } else if (suspected) {
            context.fireExceptionCaught(new IOException("Connection reset by peer"));
        } else {
            suspected = true;
            lookLater(context);
        }
    }

    /** Reading anew begins with {@link #read}. */
    private boolean isPaused() {
        return !readWanted || (readByItself && !channel.config().isAutoRead());
    }
}
