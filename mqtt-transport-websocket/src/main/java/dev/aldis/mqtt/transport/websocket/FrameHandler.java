package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.api.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;

/**
 * Turns bytes into binary frames and back. A Control Packet may span frames and frames may hold several, so the borders of
 * frames mean nothing here [MQTT-6.0.0-2].
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write ends the channel, which is told once, at its end.
final class FrameHandler extends ChannelDuplexHandler {

    /** What servers often take at most, and the longest length that two bytes express. */
    private static final int LARGEST_SENT_BYTES = 65_535;

    private final Handshake handshake;
    private boolean agreed;
    private boolean closeReceived;

    FrameHandler(Handshake handshake) {
        this.handshake = handshake;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            context.write(message, promise);
            return;
        }
        while (bytes.readableBytes() > LARGEST_SENT_BYTES) {
            context.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(LARGEST_SENT_BYTES)), context.voidPromise());
        }
        if (bytes.isReadable()) {
            context.write(new BinaryWebSocketFrame(bytes), promise);
        } else {
            // A frame without content would say nothing.
            context.write(bytes, promise);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closeReceived) {
            // RFC 6455, section 1.4: nothing after a Close frame counts.
            ReferenceCountUtil.release(message);
        } else if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
            deliver(context, ((WebSocketFrame) message).content());
        } else if (message instanceof CloseWebSocketFrame close) {
            closeReceived = true;
            handleClose(context, close);
        } else {
            boolean text = message instanceof TextWebSocketFrame;
            ReferenceCountUtil.release(message);
            closeReceived = true;
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE));
            // [MQTT-6.0.0-1]
            context.fireExceptionCaught(new ConnectionException(
                    "The server at " + handshake.host() + " sent a " + (text ? "text frame" : "frame of another kind")
                            + " over WebSocket, and MQTT is carried in binary frames: check that the path '"
                            + handshake.target() + "' is that of MQTT",
                    (Throwable) null));
        }
    }

    private static void deliver(ChannelHandlerContext context, ByteBuf content) {
        if (content.isReadable()) {
            context.fireChannelRead(content);
        } else {
            content.release();
        }
    }

    private void handleClose(ChannelHandlerContext context, CloseWebSocketFrame close) {
        int code = close.statusCode();
        String reason = close.reasonText();
        close.release();
        CloseWebSocketFrame answer =
                code == -1 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(true, 0, code, "");
        if (!CloseCode.isInOrder(code)) {
            context.writeAndFlush(answer);
            context.fireExceptionCaught(new ConnectionException(
                    "The server at " + handshake.host() + " closed the WebSocket with the code " + code + " ("
                            + CloseCode.meaning(code) + ")"
                            + (reason.isEmpty() ? "" : " and the words '" + reason + "'")
                            + "; the log of the server may say more",
                    (Throwable) null));
            return;
        }
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.writeAndFlush(new PingWebSocketFrame(), context.voidPromise());
        } else {
            agreed |= event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE;
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (agreed && !closeReceived) {
            context.fireExceptionCaught(new ConnectionException(
                    "The server at " + handshake.host() + " ended the WebSocket without a Close frame: it, or a proxy"
                            + " between, was stopped or broke down; the log of the server may say more",
                    (Throwable) null));
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(WebSocketExplanation.of(cause, handshake));
    }
}
