package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.examples.options.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** How a received message becomes a line: text with placeholders such as {@code {topic}}. */
final class LineFormat {

    static final String HELP = """
            what is printed for each message, {payload} by default:
            {topic}       its topic
            {payload}     its bytes as they came
            {qos}         0, 1 or 2
            {retained}    1 if the server had kept it, else 0
            {redelivered} 1 if it may have been printed before, else 0
            {delivery}    the delivery identifier: at QoS 2 one number for
                          each message of a store, the same when it is
                          printed again
            {{            one {""";

    private static final String NAMES = "{topic} {payload} {qos} {retained} {redelivered} {delivery}";

    private final List<Function<ReceivedMessage, byte[]>> parts = new ArrayList<>();

    private LineFormat() {}

    static LineFormat of(String text) {
        LineFormat format = new LineFormat();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '{') {
                literal.append(c);
                i++;
            } else if (text.startsWith("{{", i)) {
                literal.append('{');
                i += 2;
            } else {
                int end = text.indexOf('}', i);
                String name = end < 0 ? text.substring(i) : text.substring(i, end + 1);
                Function<ReceivedMessage, byte[]> part = placeholder(text, name);
                format.addText(literal);
                format.parts.add(part);
                i += name.length();
            }
        }
        literal.append('\n');
        format.addText(literal);
        return format;
    }

    private void addText(StringBuilder literal) {
        byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
        parts.add(message -> bytes);
        literal.setLength(0);
    }

    private static Function<ReceivedMessage, byte[]> placeholder(String text, String name) {
        return switch (name) {
            case "{payload}" -> message -> message.payload().toByteArray();
            case "{topic}" -> message -> utf8(message.topic().text());
            case "{qos}" -> message -> utf8(Integer.toString(message.qos().level()));
            case "{retained}" -> message -> flag(message.retained());
            case "{redelivered}" -> message -> flag(message.redelivered());
            case "{delivery}" -> message -> utf8(Long.toString(message.deliveryIdentifier()));
            default ->
                throw new UsageException("--format '" + text + "' has the unknown placeholder '" + name + "': use "
                        + NAMES + ", and {{ for one {");
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] flag(boolean set) {
        return utf8(set ? "1" : "0");
    }

    /** Writes the line with its line feed. */
    void write(ReceivedMessage message, OutputStream out) throws IOException {
        for (Function<ReceivedMessage, byte[]> part : parts) {
            out.write(part.apply(message));
        }
    }
}
