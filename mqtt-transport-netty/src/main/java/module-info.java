/**
 * The transport on Netty: TCP, TLS and Unix domain sockets.
 *
 * @provides dev.aldis.mqtt.spi.transport.TransportProvider for {@code mqtt}, {@code mqtts} and {@code mqtt+unix}
 */
@SuppressWarnings("module") // The friend is built later than this module.
module dev.aldis.mqtt.transport.netty {
    requires dev.aldis.mqtt.api;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.handler.proxy;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.classes.kqueue;
    requires static org.jspecify;

    // WebSocket rides on the channels of this module, so that TLS, proxies and socket options exist once.
    exports dev.aldis.mqtt.transport.netty to
            dev.aldis.mqtt.transport.websocket;

    provides dev.aldis.mqtt.spi.transport.TransportProvider with
            dev.aldis.mqtt.transport.netty.NettyTransportProvider;
}
