package dev.aldis.mqtt.protocol.client;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events as Java Flight Recorder knows them. An event that is off costs a look at a flag. */
final class JfrRecorder implements Recorder {

    private static final EventType CONNECT = EventType.getEventType(ConnectEvent.class);
    private static final EventType COMMIT = EventType.getEventType(StoreCommitEvent.class);
    private static final EventType HANDLER = EventType.getEventType(SlowHandlerEvent.class);
    private static final EventType PUBLISH = EventType.getEventType(PublishEvent.class);

    @Name("dev.aldis.mqtt.Connect")
    @Label("MQTT Connect")
    @Category({"Aldis MQTT"})
    @Description("An attempt to connect, up to CONNACK")
    @StackTrace(false)
    static final class ConnectEvent extends Event {
        @Label("Server")
        String server = "";

        @Label("Attempt")
        int attempt;

        @Label("Result")
        String result = "";
    }

    @Name("dev.aldis.mqtt.StoreCommit")
    @Label("MQTT Store Commit")
    @Category({"Aldis MQTT"})
    @Description("One batch of changes on its way into the store")
    @StackTrace(false)
    static final class StoreCommitEvent extends Event {
        @Label("Batch")
        long number;

        @Label("Changes")
        int changes;

        @Label("Stored")
        boolean stored;
    }

    @Name("dev.aldis.mqtt.SlowHandler")
    @Label("MQTT Slow Handler")
    @Category({"Aldis MQTT"})
    @Description("A message handler of the application that took longer than the threshold")
    @Threshold("100 ms")
    @StackTrace(false)
    static final class SlowHandlerEvent extends Event {
        @Label("Topic")
        String topic = "";
    }

    @Name("dev.aldis.mqtt.Publish")
    @Label("MQTT Publish")
    @Category({"Aldis MQTT"})
    @Description("The end of one published message; off by default, since there is one event for each message")
    @Enabled(false)
    @StackTrace(false)
    static final class PublishEvent extends Event {
        @Label("Topic")
        String topic = "";

        @Label("QoS")
        int qos;

        @Label("Outcome")
        String outcome = "";

        @Label("Acknowledgement Latency")
        @Timespan(Timespan.NANOSECONDS)
        long latency;
    }

    private static <T extends Event> @Nullable T begin(EventType type, Supplier<T> maker) {
        if (!type.isEnabled()) {
            return null;
        }
        T event = maker.get();
        event.begin();
        return event;
    }

    @Override
    public @Nullable Object beginConnect() {
        return begin(CONNECT, ConnectEvent::new);
    }

    @Override
    public void endConnect(@Nullable Object event, String server, int attempt, String result) {
        if (event instanceof ConnectEvent connect) {
            connect.end();
            connect.server = server;
            connect.attempt = attempt;
            connect.result = result;
            connect.commit();
        }
    }

    @Override
    public @Nullable Object beginCommit() {
        return begin(COMMIT, StoreCommitEvent::new);
    }

    @Override
    public void endCommit(@Nullable Object event, long number, int changes, boolean stored) {
        if (event instanceof StoreCommitEvent commit) {
            commit.end();
            commit.number = number;
            commit.changes = changes;
            commit.stored = stored;
            commit.commit();
        }
    }

    @Override
    public @Nullable Object beginHandler() {
        return begin(HANDLER, SlowHandlerEvent::new);
    }

    @Override
    public void endHandler(@Nullable Object event, String topic) {
        if (event instanceof SlowHandlerEvent handler) {
            handler.end();
            if (handler.shouldCommit()) {
                handler.topic = topic;
                handler.commit();
            }
        }
    }

    @Override
    public boolean wantsPublished() {
        return PUBLISH.isEnabled();
    }

    @Override
    public void published(String topic, int qos, String outcome, long latencyNanos) {
        PublishEvent event = new PublishEvent();
        event.topic = topic;
        event.qos = qos;
        event.outcome = outcome;
        event.latency = latencyNanos;
        event.commit();
    }
}
