/**
 * The WebSocket transport, on the channels of the Netty transport.
 *
 * @provides dev.aldis.mqtt.spi.transport.TransportProvider for {@code ws} and {@code wss}
 */
module dev.aldis.mqtt.transport.websocket {
    requires dev.aldis.mqtt.api;
    requires dev.aldis.mqtt.transport.netty;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.compression;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.transport.TransportProvider with
            dev.aldis.mqtt.transport.websocket.WebSocketTransportProvider;
}
