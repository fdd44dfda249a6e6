package dev.aldis.mqtt.campaigns.kill;

/** Who dies. */
enum Victim {
    PUBLISHER,
    SUBSCRIBER,
    BOTH;

    boolean includesPublisher() {
        return this != SUBSCRIBER;
    }

    boolean includesSubscriber() {
        return this != PUBLISHER;
    }
}
