package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import dev.aldis.mqtt.protocol.engine.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An application that asks for whatever the input says; each of its messages has a payload of its own. */
final class EngineApplication {

    private static final List<ReasonCode> REFUSALS =
            List.of(ReasonCode.QUOTA_EXCEEDED, ReasonCode.NOT_AUTHORIZED, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);

    private final WatchedOutput output;
    private final List<OutboundMessage> messages = new ArrayList<>();
    private final Map<Payload, OutboundMessage> everPublished = new HashMap<>();
    private int requests;

    EngineApplication(WatchedOutput output) {
        this.output = output;
    }

    /** Those who waited for messages are gone with the process. */
    void crash() {
        messages.clear();
    }

    @Nullable
    OutboundMessage published(Optional<Payload> payload) {
        return payload.map(everPublished::get).orElse(null);
    }

    void publish(Engine engine, Input in, ProtocolVersion version, long epochMillis) {
        Message drawn = new PacketMaker(in, version).message();
        Payload payload = Payload.of("m" + everPublished.size() + "x".repeat(in.below(20)));
        Message message = new Message(drawn.topic(), payload, drawn.qos(), drawn.retain(), drawn.properties());
        OutboundMessage outbound = new OutboundMessage(message, options(in), epochMillis);
        if (in.chance(2)) {
            outbound.attach(this);
        }
        everPublished.put(payload, outbound);
        messages.add(outbound);
        engine.publish(outbound);
    }

    private static PublishOptions options(Input in) {
        PublishOptions options = PublishOptions.NONE;
        try {
            options = in.chance(4) ? options.withApplicationKey(in.text(6)) : options;
            return in.chance(6) ? options.withCheckpoint(new Checkpoint(in.text(6), Payload.of(in.text(4)))) : options;
        } catch (IllegalArgumentException refused) {
            return options;
        }
    }

    void cancel(Engine engine, Input in) {
        OutboundMessage message = any(messages, in);
        if (message != null && !output.hasEnded(message)) {
            engine.cancel(message);
        }
    }

    void timeOut(Engine engine, Input in) {
        OutboundMessage message = any(messages, in);
        if (message != null && !output.hasEnded(message)) {
            engine.timeOut(message);
        }
    }

    void accept(Engine engine, Input in) {
        InboundMessage message = any(output.delivered(), in);
        if (message != null) {
            output.delivered().remove(message);
            engine.accept(message);
        }
    }

    void refuse(Engine engine, Input in) {
        InboundMessage message = any(output.delivered(), in);
        if (message != null) {
            output.delivered().remove(message);
            Diagnostics diagnostics = in.chance(2) ? Diagnostics.of("no", List.of()) : Diagnostics.NONE;
            engine.refuse(message, new Refusal(in.oneOf(REFUSALS), diagnostics));
        }
    }

    void subscribe(Engine engine, Input in, ProtocolVersion version) {
        ClientPackets values = new ClientPackets(in, version);
        int identifier = in.chance(4) ? 1 + in.below(9) : 0;
        engine.submit(Request.subscribe(in.list(1, 3, values::subscription), identifier, "request " + requests++));
    }

    void unsubscribe(Engine engine, Input in, ProtocolVersion version) {
        ClientPackets values = new ClientPackets(in, version);
        engine.submit(Request.unsubscribe(in.list(1, 3, values::filter), "request " + requests++));
    }

    private static <T> @Nullable T any(List<T> choices, Input in) {
        int chosen = in.next();
        return choices.isEmpty() ? null : choices.get(chosen % choices.size());
    }
}
