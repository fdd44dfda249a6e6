package dev.aldis.mqtt.brokers;

import java.util.Locale;

/** What a broker does against the standard, or beside it, and what the client does about it. */
enum Deviation implements Outcome {
    A1(
            MatrixBroker.ARTEMIS,
            "hands on first what its journal has written first, so messages of QoS 1 and 2 that are under way together may change"
                    + " places [MQTT-4.6.0-6]; seldom messages of QoS 0 do.",
            "The client hands messages over as they arrive. Where order counts, a publisher with"
                    + " `ClientLimits.DEFAULT.withMaximumInFlight(1)` keeps it."),
    A2(
            MatrixBroker.ARTEMIS,
            "sends what a subscriber has not answered again under another Packet Identifier and without DUP [MQTT-4.4.0-1],"
                    + " [MQTT-3.3.1-1]. [How that was seen](delivery.md#what-the-server-has-to-do-for-it).",
            "Nothing can be done: no client can tell such a message of QoS 2 from a new one, so it is handed over twice when"
                    + " the connection ends before PUBREC has arrived."),
    A3(
            MatrixBroker.ARTEMIS,
            "sends a message that matches several subscriptions once for each, and every time with the identifiers of all"
                    + " [MQTT-3.3.4-5].",
            "`ReceiveOptions.DEFAULT.withCopiesMerged(true)` hands such copies over once."),
    A4(MatrixBroker.ARTEMIS, "publishes a will without its Content Type.", "Nothing: put it into the payload."),
    A5(
            MatrixBroker.ARTEMIS,
            "publishes no will after DISCONNECT with Disconnect with Will Message, and now and then one after an ordinary"
                    + " DISCONNECT [MQTT-3.14.4-3].",
            "Nothing: publish the message before `disconnect()`."),
    A6(
            MatrixBroker.ARTEMIS,
            "now and then still has a session that DISCONNECT with a Session Expiry Interval of 0 has ended, when the client is"
                    + " back at once.",
            "The client goes on with the session. `cleanStart(true)` begins another one."),
    A7(
            MatrixBroker.ARTEMIS,
            "when a message matches several subscriptions, may send a Topic Alias before the packet that sets it (section 3.3.4); one connection"
                    + " in twenty did. No row above shows it.",
            "By default the client takes no aliases from the server. With `topicAliases(1_000, 64)` it sends DISCONNECT 0x82 to"
                    + " such a server and connects again."),
    M1(
            MatrixBroker.MOSQUITTO,
            "sends, while messages queue, as many as the Receive Maximum says with each acknowledgement [MQTT-3.3.4-9].",
            "By default the client takes what comes, and reads no more when handlers do not keep up. Only a Receive Maximum that"
                    + " was set is insisted on, with DISCONNECT 0x93 ([why](adr/0009-a-receive-maximum-that-is-exceeded.md))."),
    M2(
            MatrixBroker.MOSQUITTO,
            "takes messages beyond its `max_inflight_messages` (20) for unsent when it starts again, and sends those of QoS 2 a"
                    + " second time. No row above shows it: it needs a stop in the middle of a long queue.",
            "Nothing: put `max_inflight_messages 60000` into its configuration."),
    M3(
            MatrixBroker.MOSQUITTO,
            "closes the connection of a client whose session another one takes over, without DISCONNECT 0x8E (Session taken"
                    + " over) [MQTT-3.1.4-3].",
            "The client cannot know and connects again, by which it throws the other one out. Two clients with one identifier"
                    + " then take turns, each time after a longer delay, up to `ReconnectPolicy.maximumDelay()`; where 0x8E"
                    + " comes the first one stays away."),
    Q1(
            MatrixBroker.MOQUETTE,
            "ends the connection without a word at a packet of more than 8,092 bytes (its `netty.mqtt.message_size`).",
            "The client sends the message again after each reconnect, in vain, until it is cancelled:"
                    + " `PublishOptions.withTimeout(...)` ends it. Raise the limit in the broker."),
    Q2(
            MatrixBroker.MOQUETTE,
            "sends a retained message to a new subscriber without RETAIN [MQTT-3.3.1-8].",
            "The message is handed over, `retained()` is false."),
    Q3(
            MatrixBroker.MOQUETTE,
            "loses a message of QoS 1 that was not acknowledged when the connection ended: the next one gets its Packet"
                    + " Identifier [MQTT-4.4.0-1]. On a connection that lasts it sends again what is not acknowledged within"
                    + " five seconds.",
            "Nothing against the loss: the client has not accepted the message and cannot ask for it. Of QoS 1 a slow handler"
                    + " gets copies, with `duplicate()`."),
    Q4(
            MatrixBroker.MOQUETTE,
            "has no session any more when it was stopped and started, though it writes files.",
            "The client hears of it with MQTT 3.1.1 (Session Present 0), subscribes again and publishes again what is in flight."
                    + " What waited in the broker is lost."),
    Q5(
            MatrixBroker.MOQUETTE,
            "ends about one connection in sixty at its first packet when that follows CONNACK at once (\"SUBSCRIBE received on"
                    + " already closed connection\" in its log). No row above shows it: the scenarios begin with a message of QoS 1.",
            "The client connects again and sends messages of QoS 1 and 2 again; a message of QoS 0 is lost, and `subscribe(...)`"
                    + " fails with `RequestException` and may be repeated.");

    final MatrixBroker broker;

    /** What it does. */
    final String conduct;

    /** What the client does about it. */
    final String answer;

    Deviation(MatrixBroker broker, String conduct, String answer) {
        this.broker = broker;
        this.conduct = conduct;
        this.answer = answer;
    }

    @Override
    public String cell() {
        return "[" + name() + "](#" + name().toLowerCase(Locale.ROOT) + ")";
    }
}
