package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.api.ConnectionException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;

/** Says what went wrong with WebSocket and what to do about it. */
final class WebSocketExplanation {

    /** Netty's stand-in for an answer that cannot be read. */
    private static final int NOT_HTTP = 999;

    private static final int SWITCHING_PROTOCOLS = 101;

    private WebSocketExplanation() {}

    /** A cause with a message, or the same cause if it has nothing to do with WebSocket. */
    static Throwable of(Throwable cause, Handshake handshake) {
        if (cause instanceof WebSocketClientHandshakeException refusal && refusal.response() != null) {
            return explained(ofResponse(refusal, refusal.response(), handshake), cause);
        }
        if (cause instanceof WebSocketHandshakeException) {
            return explained(
                    "The server at " + handshake.host() + " did not agree on WebSocket with the subprotocol 'mqtt' ("
                            + cause.getMessage() + "): check that the path '" + handshake.target()
                            + "' is that of MQTT",
                    cause);
        }
        if (cause instanceof CorruptedWebSocketFrameException) {
            return explained(
                    "The server at " + handshake.host()
                            + " sent a frame that WebSocket does not allow, or one larger than"
                            + " the maximum frame size of the WebSocket options (" + cause.getMessage() + ")",
                    cause);
        }
        if (cause instanceof TooLongFrameException) {
            return explained(
                    "The server at " + handshake.host() + " answered with too much for a WebSocket handshake ("
                            + cause.getMessage() + "): check the path '" + handshake.target() + "' of the server URI",
                    cause);
        }
        return cause;
    }

    private static String ofResponse(Throwable refusal, HttpResponse response, Handshake handshake) {
        if (response.decoderResult().isFailure() || response.status().code() == NOT_HTTP) {
            return "The server at " + handshake.host() + " answered something that is not HTTP: use the port where it"
                    + " speaks WebSocket, or the scheme mqtt";
        }
        int status = response.status().code();
        if (status == SWITCHING_PROTOCOLS) {
            return "The server at " + handshake.host() + " opened a WebSocket, but not with the subprotocol 'mqtt'"
                    + " [MQTT-6.0.0-4] (" + refusal.getMessage() + "): check that the path '" + handshake.target()
                    + "' is that of MQTT";
        }
        String beginning = "The server at " + handshake.host() + " refused the WebSocket for '" + handshake.target()
                + "' with the HTTP status " + response.status() + ": ";
        return beginning
                + switch (status) {
                    case 301, 302, 303, 307, 308 ->
                        "it points to " + response.headers().get(HttpHeaderNames.LOCATION)
                                + "; give that as the server URI";
                    case 400, 426 -> "it expects something else here; check the port and the path of the server URI";
                    case 401, 403, 407 -> "it wants to know who connects; give a header in the WebSocket options";
                    case 404 -> "there is nothing at this path; check the path of the server URI, often /mqtt or /ws";
                    case 429, 503 -> "it is too busy; it may work later";
                    default -> "the log of the server may say why";
                };
    }

    private static ConnectionException explained(String message, Throwable cause) {
        return new ConnectionException(message, cause);
    }
}
