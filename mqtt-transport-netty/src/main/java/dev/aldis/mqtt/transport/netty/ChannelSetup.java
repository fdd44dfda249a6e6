package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ProxyOptions;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes channels for one attempt to connect: proxy, TLS, the layer above, the connection, in this order from the socket.
 *
 * @param tls null if the connection is not secured
 * @param loops where the channels are served
 */
record ChannelSetup(Endpoint endpoint, @Nullable TlsContext tls, SharedLoops loops) {

    /**
     * Bytes waiting to be sent: unwritable above the one, writable again below the other. Enough for the largest burst
     * of a turn of the client's loop and for what a fast link sends in a few milliseconds, yet small beside a heap even
     * with many connections.
     */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** A read buffer grows while reads fill it: an idle connection stays small, a busy one needs few system calls. */
    private static final int SMALLEST_READ = 512;

    private static final int FIRST_READ = 4 << 10;
    private static final int LARGEST_READ = 256 << 10;

    /**
     * A channel that is not registered yet, with its handlers.
     *
     * @param nextHop what it will be connected to: the address of the proxy, if there is one
     */
    NettyConnection newConnection(ConnectAttempt attempt, Delivery delivery, SocketAddress nextHop) {
        Channel channel = endpoint.nextHop().newChannel(loops.io(), endpoint.socket());
        ChannelConfig config = channel.config();
        // When a write fails, what the peer said before is still read.
        config.setAutoClose(false);
        // The attempt has its own timer, which covers more.
        config.setConnectTimeoutMillis(0);
        config.setWriteBufferWaterMark(WATER_MARKS);
        config.setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ));
        ChannelLayer layer = endpoint.layer();
        NettyConnection connection = new NettyConnection(attempt, delivery, channel, layer);
        ChannelPipeline pipeline = channel.pipeline();
        ProxyOptions proxy = endpoint.proxy();
        if (proxy != null) {
            pipeline.addLast(proxyHandler(proxy, nextHop));
        }
        pipeline.addLast(
                tls == null
                        ? new TlsAlertGuard(endpoint.address())
                        : tls.newHandler(channel.alloc(), loops.handshakes()));
        if (layer != null) {
            layer.addTo(pipeline);
        }
        pipeline.addLast(connection);
        return connection;
    }

    private static ProxyHandler proxyHandler(ProxyOptions proxy, SocketAddress address) {
        String userName = proxy.userName().orElse(null);
        String password = proxy.password().orElse(null);
        ProxyHandler handler;
        if (proxy.kind() == ProxyOptions.Kind.SOCKS5) {
            handler = new Socks5ProxyHandler(address, bytesOf(userName), bytesOf(password));
        } else if (userName == null || password == null) {
            handler = new HttpProxyHandler(address);
        } else {
            handler = new HttpProxyHandler(address, userName, password);
        }
        // The attempt has its own timer, which covers more.
        handler.setConnectTimeoutMillis(0);
        return handler;
    }

    /** RFC 1929 speaks of bytes, and Netty makes one of each character: these are the bytes of UTF-8. */
    private static @Nullable String bytesOf(@Nullable String text) {
        return text == null ? null : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
