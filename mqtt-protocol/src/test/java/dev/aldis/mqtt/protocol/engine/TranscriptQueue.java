package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.StoreException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a transcript says of the queue as a whole: its rate, its pages in the store, and what is in it. */
final class TranscriptQueue {

    private TranscriptQueue() {}

    static void perform(String verb, Words words, Engine engine, TranscriptOutput output, long nowNanos) {
        switch (verb) {
            case "rate" -> engine.publishRate(new PublishRate(words.nextInt(), words.option("burst", 1)));
            case "records" -> engine.handleRecords(output.read());
            case "readfails" -> engine.handleReadFailure(new StoreException(words.rest(), (Throwable) null), nowNanos);
            case "list" -> engine.list(new Visitor(output, words.flag("hold")));
            case "endlistings" -> engine.endListings(new StoreException(words.rest(), (Throwable) null));
            case "queue" ->
                output.line(engine.outboundSize() + " messages, " + engine.inFlight() + " in flight, "
                        + engine.queuedMessages() + " queued, " + engine.queuedBytes() + " bytes; in memory "
                        + names(engine.pending()));
            case "untold" -> output.line("untold " + names(engine.untold()));
            case "idle" ->
                output.line((engine.isIdle() ? "idle" : "not idle") + ", store "
                        + (engine.isStoreQuiet() ? "quiet" : "at work"));
            default -> throw new AssertionError("Nobody understands the input: " + verb);
        }
    }

    private static String names(List<OutboundMessage> messages) {
        return messages.stream().map(TranscriptOutput::name).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Somebody who wants to see all messages, and perhaps to wait for the end of each. */
    private record Visitor(TranscriptOutput output, boolean hold) implements PendingVisitor {

        @Override
        public boolean visit(OutboundMessage message) {
            output.line("listed " + TranscriptOutput.name(message) + " " + message.phase());
            if (hold) {
                message.attach("somebody");
            }
            return hold;
        }

        @Override
        public void end(@Nullable MqttException cause) {
            output.line("end of the list" + (cause == null ? "" : ": " + cause.getMessage()));
        }
    }
}
