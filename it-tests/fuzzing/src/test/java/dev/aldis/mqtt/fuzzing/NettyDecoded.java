package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Netty's decoder made of a stream. */
final class NettyDecoded implements AutoCloseable {

    private static final AttributeKey<MqttVersion> VERSION = AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");
    private static final int LARGEST_BYTES = 1 << 20;
    private static final int LONGEST_CLIENT_IDENTIFIER = 65_535;

    static {
        // Looks for leaks in a sample of all buffers, at a cost; nothing here lives longer than an input.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    private final EmbeddedChannel channel;
    private final List<MqttMessage> messages = new ArrayList<>();
    private @Nullable Throwable failure;

    /** Reads a stream, strictly, on a connection whose version is known or not. */
    NettyDecoded(@Nullable ProtocolVersion version, byte[] stream) {
        channel = new EmbeddedChannel(
                new MqttDecoder(LARGEST_BYTES, LONGEST_CLIENT_IDENTIFIER, true), MqttEncoder.INSTANCE);
        channel.config().setAllocator(new UnpooledByteBufAllocator(false));
        if (version != null) {
            channel.attr(VERSION).set(of(version));
        }
        channel.writeInbound(Unpooled.wrappedBuffer(stream));
        for (MqttMessage message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message.decoderResult().isFailure()) {
                failure = message.decoderResult().cause();
                return;
            }
            messages.add(message);
        }
    }

    private static MqttVersion of(ProtocolVersion version) {
        return switch (version) {
            case MQTT_5 -> MqttVersion.MQTT_5;
            case MQTT_3_1_1 -> MqttVersion.MQTT_3_1_1;
            case MQTT_3_1 -> MqttVersion.MQTT_3_1;
        };
    }

    List<MqttMessage> messages() {
        return messages;
    }

    /** Why it ended; null if it did not. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** The first messages as Netty writes them in a version. */
    byte[] encoded(int count, ProtocolVersion version) {
        // A CONNECT behind them may have changed it.
        channel.attr(VERSION).set(of(version));
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        for (MqttMessage message : messages.subList(0, count)) {
            channel.writeOutbound(ReferenceCountUtil.retain(message));
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                encoded.writeBytes(ByteBufUtil.getBytes(part));
                part.release();
            }
        }
        return encoded.toByteArray();
    }

    @Override
    public void close() {
        messages.forEach(ReferenceCountUtil::release);
        channel.finishAndReleaseAll();
    }
}
