package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the first bytes of a connection without TLS: a server that expects TLS answers with an alert, of which nobody
 * could make sense later.
 */
final class TlsAlertGuard extends ChannelInboundHandlerAdapter {

    private static final int ALERT_LENGTH = 7;
    private static final int ALERT_TYPE = 0x15;
    private static final int MAJOR_VERSION = 3;
    private static final int HIGHEST_LEVEL = 2;

    private final ServerAddress address;

    TlsAlertGuard(ServerAddress address) {
        this.address = address;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.pipeline().remove(this);
        if (message instanceof ByteBuf bytes && isAlert(bytes)) {
            bytes.release();
            context.fireExceptionCaught(new ConnectionException(
                    "The server at " + address + " expects TLS: use the scheme with TLS, mqtts or wss, or the port"
                            + " without TLS",
                    (Throwable) null));
        } else {
            context.fireChannelRead(message);
        }
    }

    /** One record, nothing else: type, version 3.x, length 2, level, description. */
    private static boolean isAlert(ByteBuf bytes) {
        int start = bytes.readerIndex();
        return bytes.readableBytes() == ALERT_LENGTH
                && bytes.getByte(start) == ALERT_TYPE
                && bytes.getByte(start + 1) == MAJOR_VERSION
                && bytes.getShort(start + 3) == 2
                && bytes.getByte(start + 5) >= 1
                && bytes.getByte(start + 5) <= HIGHEST_LEVEL;
    }
}
