package dev.aldis.mqtt.api;

/**
 * What the server said in CONNACK that it can do (section 3.2.2.3). The client checks these before it sends anything.
 *
 * @param receiveMaximum how many QoS 1 and 2 messages it takes at once, 1 to 65,535
 * @param maximumPacketSizeBytes the largest packet that it takes; 4,294,967,295 if it has no limit
 * @param topicAliasMaximum how many Topic Aliases it keeps; 0 for none
 * @param maximumQos the highest QoS that it takes
 * @param retainAvailable whether it keeps retained messages
 * @param wildcardSubscriptionAvailable whether it has wildcard subscriptions
 * @param subscriptionIdentifierAvailable whether it has Subscription Identifiers
 * @param sharedSubscriptionAvailable whether it has shared subscriptions
 */
public record ServerLimits(
        int receiveMaximum,
        long maximumPacketSizeBytes,
        int topicAliasMaximum,
        QoS maximumQos,
        boolean retainAvailable,
        boolean wildcardSubscriptionAvailable,
        boolean subscriptionIdentifierAvailable,
        boolean sharedSubscriptionAvailable) {

    /** No limits: what the standard assumes where a server says nothing. */
    public static final ServerLimits NONE =
            new ServerLimits(65_535, 0xFFFF_FFFFL, 0, QoS.EXACTLY_ONCE, true, true, true, true);
}
