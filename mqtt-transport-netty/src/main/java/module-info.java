/**
 * The transport on Netty: TCP, TLS and Unix domain sockets.
 *
 * @provides dev.aldis.mqtt.spi.transport.TransportProvider for {@code mqtt} and {@code mqtts}
 */
module dev.aldis.mqtt.transport.netty {
    requires dev.aldis.mqtt.api;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.transport.TransportProvider with
            dev.aldis.mqtt.transport.netty.NettyTransportProvider;
}
