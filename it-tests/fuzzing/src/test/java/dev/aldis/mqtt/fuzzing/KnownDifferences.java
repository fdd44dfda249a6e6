package dev.aldis.mqtt.fuzzing;

import static java.util.Map.entry;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where our decoder and Netty's (4.2.18) differ, and why. In all of this ours does what the standard says; Netty leaves
 * most rules about what a packet means to those who use it.
 */
final class KnownDifferences {

    private static final Pattern CLAUSE = Pattern.compile("\\[((?:MQTT-|section )[0-9.-]+)]$");

    private static final String CODES = "Netty takes any byte for a Reason Code, from both ends";
    private static final String FLAGS = "Netty does not look at these reserved bits";
    private static final String ROLES = "Netty does not know which end it is";
    private static final String EMPTY = "Netty lets lists be empty";
    private static final String STATE = "Netty keeps nothing from one packet to the next but the version";

    /** Rules that we check and Netty does not, by the clause that our refusal names. */
    private static final Map<String, String> ONLY_OURS = Map.ofEntries(
            entry("MQTT-1.5.5-1", "Netty takes a Variable Byte Integer that is longer than it need be"),
            entry("MQTT-3.1.0-1", STATE),
            entry("MQTT-3.1.0-2", STATE),
            entry("MQTT-3.1.2-11", "Netty takes Will QoS and Will Retain without Will Flag"),
            entry("MQTT-3.1.2-12", "Netty takes Will QoS 3"),
            entry("MQTT-3.1.2-13", "Netty takes Will QoS and Will Retain without Will Flag"),
            entry("MQTT-3.1.2-14", "Netty takes Will QoS 3"),
            entry("MQTT-3.1.2-22", "Netty takes a Password without a User Name before 5.0"),
            entry("MQTT-3.1.2-26", "Netty has no Topic Alias Maximum"),
            entry("MQTT-3.1.2-29", "Netty does not know what CONNECT said of Request Problem Information"),
            entry("MQTT-3.1.3-7", "Netty takes an empty Client Identifier with Clean Session 0"),
            entry("MQTT-3.2.2-1", FLAGS),
            entry("MQTT-3.2.2-4", "Netty takes Session Present with a refusal"),
            entry("MQTT-3.2.2-6", "Netty takes Session Present with a refusal"),
            entry("MQTT-3.2.2-8", CODES),
            entry("MQTT-3.3.1-2", "Netty takes the DUP flag with QoS 0"),
            entry("MQTT-3.3.2-2", "Netty does not look at the Response Topic"),
            entry("MQTT-3.3.2-8", "Netty takes Topic Alias 0"),
            entry("MQTT-3.3.4-6", ROLES),
            entry("MQTT-3.4.2-1", CODES),
            entry("MQTT-3.5.2-1", CODES),
            entry("MQTT-3.6.2-1", CODES),
            entry("MQTT-3.7.2-1", CODES),
            entry("MQTT-3.8.3-2", EMPTY),
            entry("MQTT-3.8.3-3", EMPTY),
            entry("MQTT-3.8.3-4", FLAGS),
            entry("MQTT-3.8.3-5", FLAGS),
            entry("MQTT-3.8.4-5", EMPTY),
            entry("MQTT-3.8.4-6", EMPTY),
            entry("MQTT-3.9.3-2", CODES),
            entry("MQTT-3.10.3-2", EMPTY),
            entry("MQTT-3.11.3-2", CODES),
            entry("MQTT-3.14.2-1", CODES),
            entry("MQTT-3.14.2-2", ROLES),
            entry("MQTT-3.15.2-1", CODES),
            entry("MQTT-4.7.3-1", "Netty takes an empty Topic Name"),
            entry("section 2.1.2", ROLES),
            entry("section 2.1.4", "Netty reads a value that the length of the properties cuts"),
            entry("section 2.2.2.2", "Netty takes any property in any packet, any value of it, and twice"),
            entry("section 2.2.3", "Netty takes bytes behind the last field of some packets"),
            entry("section 3.1.2.11.10", "Netty takes Authentication Data without a method"),
            entry("section 3.2.2.1", FLAGS),
            entry("section 3.2.2.3", CODES),
            entry("section 3.3.2.1", "Netty takes an empty Topic Name"),
            entry("section 3.3.4", STATE),
            entry("section 3.15.2.2.2", "Netty takes AUTH without a method"),
            entry("section 4.7", "Netty does not look at Topic Filters"));

    private static final Set<PacketType> REPEATED_IN_3_1 =
            Set.of(PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE);

    private KnownDifferences() {}

    /** Whether Netty does not check the rule that our refusal names. */
    static boolean isOnlyRefusedByUs(PeerViolation violation) {
        Matcher clause = CLAUSE.matcher(violation.description());
        return clause.find() && ONLY_OURS.containsKey(clause.group(1));
    }

    /** Whether Netty refuses more here than the standard does. */
    static boolean isOnlyRefusedByNetty(Throwable failure, ControlPacket packet, @Nullable ProtocolVersion version) {
        // MQTT 3.1 repeats PUBREL, SUBSCRIBE and UNSUBSCRIBE with a DUP flag, as its section 2.1 says; Netty knows
        // none.
        return version == ProtocolVersion.MQTT_3_1
                && REPEATED_IN_3_1.contains(packet.type())
                && String.valueOf(failure.getMessage()).contains("Illegal BIT 3");
    }

    /** Whether Netty's encoder does not write what Netty's decoder has read. */
    static boolean isWrittenOtherwiseByNetty(ControlPacket packet, ProtocolVersion version) {
        return false;
    }
}
