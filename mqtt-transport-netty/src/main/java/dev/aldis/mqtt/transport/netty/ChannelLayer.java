package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;

/**
 * What a transport that rides on this one, such as WebSocket, puts between TLS and the listener. One object serves one
 * channel after another: the attempts at the addresses of a host. Called on the loop of the channel.
 */
public interface ChannelLayer {

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
