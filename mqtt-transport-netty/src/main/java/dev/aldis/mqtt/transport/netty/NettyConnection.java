package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.TransportConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.proxy.ProxyConnectionEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One channel, as its last handler and as what the listener sees of it.
 *
 * <p>Closing in order takes these steps, each with a limit of time: what was written is flushed; TLS says close_notify;
 * the output is shut down; what the peer still sends is read and dropped until it closes too. The last step is there
 * because closing a socket with unread bytes makes the system send a reset, upon which the peer may lose what we wrote
 * last, a DISCONNECT for example.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A failed write or close ends the channel, which is told once, at its end.
final class NettyConnection extends ChannelInboundHandlerAdapter implements TransportConnection {

    private static final long FLUSH_LIMIT_MILLIS = 3_000;
    private static final long LINGER_LIMIT_MILLIS = 1_000;

    private final ConnectAttempt attempt;
    private final Delivery delivery;
    private final EventLoop loop;
    private final Channel channel;
    private final @Nullable ChannelLayer layer;

    /** Whether the listener is asking to write just now; it must not be called from inside its own call. */
    private boolean writing;

    private boolean open;
    private boolean closing;
    private @Nullable Throwable failure;

    /** For a channel that is not registered yet, in the pipeline of which it becomes the last handler. */
    NettyConnection(ConnectAttempt attempt, Delivery delivery, Channel channel, @Nullable ChannelLayer layer) {
        this.attempt = attempt;
        this.delivery = delivery;
        this.channel = channel;
        this.layer = layer;
        this.loop = attempt.loop();
    }

    @Override
    public void write(ByteBuffer bytes) {
        if (delivery.isMuted()) {
            bytes.position(bytes.limit());
            return;
        }
        ByteBuf copy = channel.alloc().directBuffer(bytes.remaining()).writeBytes(bytes);
        if (loop.inEventLoop()) {
            writing = true;
            channel.writeAndFlush(copy, channel.voidPromise());
            writing = false;
        } else {
            channel.writeAndFlush(copy, channel.voidPromise());
        }
    }

    @Override
    public boolean isWritable() {
        boolean writable = channel.isWritable();
        delivery.sawWritable(writable);
        return writable;
    }

    @Override
    public void pauseReading() {
        if (!delivery.isMuted()) {
            delivery.pauseReading(channel);
        }
    }

    @Override
    public void resumeReading() {
        if (!delivery.isMuted()) {
            delivery.resumeReading(channel);
        }
    }

    @Override
    public void close() {
        if (delivery.isOver()) {
            return;
        }
        delivery.mute();
        if (loop.inEventLoop()) {
            closeInOrder();
        } else {
            loop.execute(this::closeInOrder);
        }
    }

    Channel channel() {
        return channel;
    }

    /** Why the channel ended; null if it was closed in order, by whichever side. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Ready for the listener. */
    void open() {
        open = true;
        delivery.connected(this);
    }

    /** Ends the channel with a cause. Callable on any thread. */
    void fail(Throwable cause) {
        if (loop.inEventLoop()) {
            note(cause);
            closeAtOnce();
        } else {
            loop.execute(() -> fail(cause));
        }
    }

    void closeInOrder() {
        if (closing || !channel.isOpen()) {
            return;
        }
        closing = true;
        // A peer that waits for us to read before it reads would never let us finish.
        channel.config().setAutoRead(true);
        loop.schedule(this::closeAtOnce, FLUSH_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        if (layer != null && open) {
            layer.writeFarewell(channel);
        }
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.pipeline()
                    .firstContext()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(flushed -> shutDownOutput());
        } else {
            ((SslHandler) tls.handler()).closeOutbound().addListener(flushed -> shutDownOutput());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        attempt.established(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS && !closing) {
            // The peer has said that it was all, which need not mean that it closes the connection below.
            channel.close();
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                attempt.secured(this);
            } else {
                note(attempt.explain(handshake.cause()));
            }
        } else if (event instanceof ProxyConnectionEvent) {
            attempt.passed(this);
        } else if (layer != null && !open && layer.isReady(event)) {
            attempt.agreed(this);
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            delivery.received(this, (ByteBuf) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (open) {
            delivery.readComplete(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!open) {
            return;
        }
        if (writing) {
            loop.execute(() -> delivery.writabilityChanged(this));
        } else {
            delivery.writabilityChanged(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        note(attempt.explain(cause));
        if (cause instanceof ChannelOutputShutdownException) {
            // The peer takes no more, but what it said before, perhaps why, is still to be read.
            loop.schedule(this::closeAtOnce, LINGER_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            closeAtOnce();
        }
    }

    /** Comes for every channel that was registered, after everything that was read from it. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        attempt.ended(this);
    }

    private void note(Throwable cause) {
        if (failure == null && !closing) {
            failure = cause;
        }
    }

    private void shutDownOutput() {
        if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
            closeAtOnce();
            return;
        }
        channel.pipeline().addFirst(new Dropper());
        duplex.shutdownOutput().addListener(done -> {
            if (!done.isSuccess()) {
                closeAtOnce();
            }
        });
        loop.schedule(this::closeAtOnce, LINGER_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From the first handler on, so that TLS does not wait for anything. */
    void closeAtOnce() {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /** Forgets what the peer still sends after we have said our last. */
    private static final class Dropper extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
