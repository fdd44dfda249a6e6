package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way of messages from one publisher to one subscriber.
 *
 * @param version what both speak
 * @param qos how surely messages are delivered
 * @param store the scheme of both stores
 */
public record Lane(ProtocolVersion version, QoS qos, String store) {

    /**
     * Every lane of QoS 1 and 2 with these stores.
     *
     * @param versions of the protocol
     * @param stores schemes of stores
     * @return a lane for each combination
     */
    public static List<Lane> all(List<ProtocolVersion> versions, List<String> stores) {
        return versions.stream()
                .flatMap(version -> Stream.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)
                        .flatMap(qos -> stores.stream().map(store -> new Lane(version, qos, store))))
                .toList();
    }

    /**
     * The lane of a name.
     *
     * @param name as {@link #toString()} gave it
     * @return the lane
     */
    public static Lane of(String name) {
        String[] parts = name.split("-", -1);
        return new Lane(ProtocolVersion.valueOf(parts[0]), QoS.of(Integer.parseInt(parts[1])), parts[2]);
    }

    /**
     * Where its messages go.
     *
     * @return a topic name
     */
    public String topic() {
        return "lane/" + this;
    }

    /**
     * The client identifier of one of its ends, short enough for MQTT 3.1.
     *
     * @param end which
     * @return one that no other lane has
     */
    public String clientIdentifier(String end) {
        return end + version.level() + qos.level() + store;
    }

    /**
     * Where one of its ends keeps its store.
     *
     * @param folder of all stores
     * @param end which
     * @return a URI
     */
    public String storeUri(Path folder, String end) {
        return store.equals("memory") ? "memory:" : store + ":" + folder.resolve(end + "-" + this);
    }

    @Override
    public String toString() {
        return version + "-" + qos.level() + "-" + store;
    }
}
