package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.PacketTrace;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TracedPacket;
import dev.aldis.mqtt.api.TracedPacket.Direction;
import dev.aldis.mqtt.protocol.client.Meters.Meter;
import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a client from outside: counters, the packet trace, events for Java Flight Recorder. On the event
 * loop, but for {@link #statistics()} and {@link #recorder()}.
 */
final class Observation {

    private static final System.Logger LOGGER = System.getLogger(Observation.class.getName());

    /** One for all clients: making it registers the events. */
    private static final Recorder RECORDER = Recorder.ofThisProcess();

    private final Meters meters = new Meters();
    private final @Nullable PacketTrace trace;
    private final PacketText text;
    private String clientIdentifier;

    private @Nullable Object connectEvent;
    private String server = "";
    private int attempt;

    /** Whether the next connection is the first one since the application asked. */
    private boolean first = true;

    private long nowNanos;

    Observation(ClientConfiguration configuration) {
        this.trace = configuration.observation().packetTrace().orElse(null);
        this.text = new PacketText(trace != null && trace.showsPayloads());
        this.clientIdentifier = configuration.clientIdentifier();
    }

    // --- any thread

    ClientStatistics statistics() {
        return meters.snapshot();
    }

    static Recorder recorder() {
        return RECORDER;
    }

    // --- time, which is read once for all messages of a drain

    void beginDrain() {
        nowNanos = 0;
    }

    private long now() {
        if (nowNanos == 0) {
            nowNanos = System.nanoTime();
        }
        return nowNanos;
    }

    void endDrain(Engine engine) {
        meters.set(Meter.IN_FLIGHT, engine.inFlight());
        meters.set(Meter.QUEUED_MESSAGES, engine.queuedMessages());
        meters.set(Meter.QUEUED_BYTES, engine.queuedBytes());
    }

    // --- connections

    void connecting(String uri, int number) {
        meters.add(Meter.ATTEMPTS, 1);
        // A query is where some services want a signature or a token.
        server = uri.replaceFirst("\\?.*", "");
        attempt = number;
        connectEvent = RECORDER.beginConnect();
    }

    void connected(String identifier) {
        clientIdentifier = identifier;
        meters.add(Meter.ACCEPTED, 1);
        if (!first) {
            meters.add(Meter.RECONNECTS, 1);
        }
        first = false;
        endConnect("connected");
    }

    void connectionLost(Throwable cause) {
        meters.add(Meter.LOST, 1);
        endConnect(String.valueOf(cause.getMessage()));
    }

    void stopped(Throwable cause) {
        first = true;
        endConnect(String.valueOf(cause.getMessage()));
    }

    private void endConnect(String result) {
        RECORDER.endConnect(connectEvent, server, attempt, result);
        connectEvent = null;
    }

    // --- packets

    void sent(ControlPacket packet) {
        meters.add(Meter.SENT_PACKETS, 1);
        if (trace != null) {
            tell(trace, Direction.SENT, packet.type(), text.of(packet));
        }
    }

    void sentPublish(OutboundMessage message, boolean duplicate, int alias) {
        meters.add(Meter.SENT_PACKETS, 1);
        meters.add(Meter.SENT_MESSAGES, 1);
        if (message.message().qos() != QoS.AT_MOST_ONCE) {
            message.markSent(now());
        }
        if (trace != null) {
            tell(
                    trace,
                    Direction.SENT,
                    PacketType.PUBLISH,
                    text.publish(message.message(), message.packetIdentifier(), duplicate, alias));
        }
    }

    void sentAcknowledgement(PacketType type, int packetIdentifier) {
        meters.add(Meter.SENT_PACKETS, 1);
        if (trace != null) {
            tell(trace, Direction.SENT, type, PacketText.success(packetIdentifier));
        }
    }

    void sentBytes(int count) {
        meters.add(Meter.SENT_BYTES, count);
    }

    void received(ControlPacket packet) {
        meters.add(Meter.RECEIVED_PACKETS, 1);
        if (packet.type() == PacketType.PUBLISH) {
            meters.add(Meter.RECEIVED_MESSAGES, 1);
        }
        if (trace != null) {
            tell(trace, Direction.RECEIVED, packet.type(), text.of(packet));
        }
    }

    void receivedSuccess(PacketType type, int packetIdentifier) {
        meters.add(Meter.RECEIVED_PACKETS, 1);
        if (trace != null) {
            tell(trace, Direction.RECEIVED, type, PacketText.success(packetIdentifier));
        }
    }

    void receivedBytes(int count) {
        meters.add(Meter.RECEIVED_BYTES, count);
    }

    private void tell(PacketTrace listener, Direction direction, PacketType type, String content) {
        try {
            listener.on(new TracedPacket(direction, clientIdentifier, type.name(), content));
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOGGER.log(System.Logger.Level.WARNING, "The packet trace failed for " + type, e);
        }
    }

    // --- messages

    void completed(OutboundMessage message) {
        meters.add(Meter.COMPLETED, 1);
        boolean rejected = message.result().isError();
        if (rejected) {
            meters.add(Meter.REJECTED, 1);
        }
        long latency = 0;
        if (message.sentAtNanos() != 0) {
            latency = now() - message.sentAtNanos();
            meters.latency(latency);
        }
        if (RECORDER.wantsPublished()) {
            publishEnded(message, message.result().reasonCode().toString(), latency);
        }
    }

    void failed(OutboundMessage message, String outcome) {
        meters.add(Meter.FAILED, 1);
        if (RECORDER.wantsPublished()) {
            publishEnded(message, outcome, 0);
        }
    }

    private static void publishEnded(OutboundMessage message, String outcome, long latency) {
        RECORDER.published(
                message.message().topic().text(), message.message().qos().level(), outcome, latency);
    }

    void handedOver(int count) {
        meters.add(Meter.HANDED_OVER, count);
    }

    void handled(int count) {
        meters.add(Meter.HANDLED, count);
    }
}
