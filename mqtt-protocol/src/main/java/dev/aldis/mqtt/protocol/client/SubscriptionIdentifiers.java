package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The Subscription Identifier of what is subscribed to together. It follows from the filters, so that after a restart the
 * messages of the resumed session find the handler that is declared for the same filter, and nothing has to be stored. Two
 * lists of filters can have the same one, once in 268 million; then their handlers share what matches both.
 */
final class SubscriptionIdentifiers {

    private static final int LARGEST = 268_435_455;

    private SubscriptionIdentifiers() {}

    static int of(List<TopicFilter> filters) {
        CRC32C sum = new CRC32C();
        for (TopicFilter filter : filters) {
            sum.update(filter.text().getBytes(StandardCharsets.UTF_8));
            sum.update(0);
        }
        return 1 + (int) (sum.getValue() % LARGEST);
    }
}
