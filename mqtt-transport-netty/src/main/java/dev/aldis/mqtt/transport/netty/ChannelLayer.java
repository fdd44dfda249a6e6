package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a transport that rides on this one, such as WebSocket, puts between TLS and the listener. One object serves one
 * attempt to connect, and in it one channel after another: those to the addresses of a host. Called on the loop of the
 * channel, except where said.
 */
public interface ChannelLayer {

    /**
     * Gets what the layer needs before it can be added, once for an attempt. Called on a helper thread, where it may block.
     *
     * @return completes, on any thread, when the layer can be added; a failure fails the attempt, with its cause if that is a
     *     {@link dev.aldis.mqtt.api.ConnectionException}
     */
    default CompletionStage<?> prepare() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Adds handlers at the end of a pipeline, whose other handlers exist already, TLS among them. They are given
     * {@link io.netty.buffer.ByteBuf} to write, and hand over nothing else of what they read.
     *
     * @param pipeline of a channel that is not connected yet
     */
    void addTo(ChannelPipeline pipeline);

    /**
     * Whether this event means that bytes can now be sent. Failures come as exceptions in the pipeline.
     *
     * @param userEvent an event of the pipeline, often of other handlers
     * @return true if the layer is ready for use
     */
    boolean isReady(Object userEvent);

    /**
     * Writes and flushes what the layer says last, such as the Close frame of WebSocket, when this side closes.
     *
     * @param channel with the handlers of this layer
     */
    void writeFarewell(Channel channel);
}
