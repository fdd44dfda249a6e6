package dev.aldis.mqtt.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.PacketType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of {@code vectors.tsv}: the bytes of a packet, and what a receiver has to make of them. */
record Vector(
        String name, ProtocolVersion version, Role receiver, String hex, Verdict verdict, String rule, String context) {

    enum Verdict {
        VALID,
        MALFORMED,
        PROTOCOL_ERROR
    }

    private static final Pattern ALIAS_MAXIMUM = Pattern.compile("CONNECT TopicAliasMaximum=(\\d+).*");
    private static final Pattern PACKET_SIZE = Pattern.compile("CONNECT MaximumPacketSize=(\\d+)");

    /** All vectors, in the order of the file. */
    static List<Vector> all() {
        return lines("vectors.tsv").stream().map(Vector::of).toList();
    }

    /** The vectors named in one of the lists beside the file, with the reason given there. */
    static Map<String, String> listed(String resource) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String line : lines(resource)) {
            String[] columns = line.split("\t", -1);
            if (reasons.put(columns[0], columns[1]) != null) {
                throw new IllegalStateException(resource + " has " + columns[0] + " twice");
            }
        }
        return reasons;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Vector.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), UTF_8).lines().skip(1).toList();
        } catch (IOException broken) {
            throw new IllegalStateException("Cannot read " + resource, broken);
        }
    }

    private static Vector of(String line) {
        String[] columns = line.split("\t", -1);
        return new Vector(
                columns[0],
                columns[1].equals("5") ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1,
                columns[2].equals("s2c") ? Role.CLIENT : Role.SERVER,
                columns[3],
                Verdict.valueOf(columns[4].toUpperCase(Locale.ROOT).replace('-', '_')),
                columns[5],
                columns[6]);
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Whether the packet is the first of a connection, and so can have none before it. */
    boolean opensConnection() {
        return receiver == Role.SERVER
                && ((isConnect() && !context.equals("already connected")) || context.equals("no CONNECT sent yet"));
    }

    private boolean isConnect() {
        return bytes()[0] >> 4 == PacketType.CONNECT.value();
    }

    /** What the receiver knows before it reads the packet. */
    DecoderOptions options() {
        DecoderOptions options = receiver == Role.CLIENT
                ? DecoderOptions.client(version)
                : opensConnection()
                        ? DecoderOptions.server()
                        : DecoderOptions.server().withVersion(version).withTopicAliasMaximum(16);
        Matcher alias = ALIAS_MAXIMUM.matcher(context);
        if (alias.matches()) {
            options = options.withTopicAliasMaximum(Integer.parseInt(alias.group(1)));
        }
        Matcher size = PACKET_SIZE.matcher(context);
        if (size.matches()) {
            options = options.withMaximumPacketSizeBytes(Integer.parseInt(size.group(1)));
        }
        return options.withRequestProblemInformation(!context.contains("RequestProblemInformation=0"));
    }

    /** What the receiver has read before, according to the context. */
    byte[] earlier() {
        return context.endsWith("alias 1 mapped to a/b")
                ? HexFormat.of().parseHex("300b0003612f62032300016869")
                : new byte[0];
    }

    @Override
    public String toString() {
        return name;
    }
}
