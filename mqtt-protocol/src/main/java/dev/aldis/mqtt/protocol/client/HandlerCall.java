package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.ManualHandler;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way through its handlers. Each has it once; after a failure the way goes on with the one that failed.
 *
 * <p>With a single handler that acknowledges by returning, which is the usual case, {@link #make} calls it without an object.
 */
final class HandlerCall {

    private static final System.Logger LOGGER = System.getLogger(HandlerCall.class.getName());

    /** What all calls of a client have in common. */
    record Context(HandlerFailurePolicy failurePolicy, ManualDecisions manual, Consumer<ClientEvent> events) {}

    private static final Recorder RECORDER = Observation.recorder();

    private final Context context;
    private final InboundMessage message;
    private final List<MessageHandler> handlers;

    /** Where handlers that acknowledge by hand are among several, together with the end of this call. */
    private final @Nullable SharedDecision shared;

    private final boolean manual;
    private int next;
    private @Nullable Refusal refusal;

    private HandlerCall(Context context, InboundMessage message, List<MessageHandler> handlers) {
        this.context = context;
        this.message = message;
        this.handlers = handlers;
        int manualHandlers = 0;
        for (MessageHandler handler : handlers) {
            manualHandlers += handler instanceof ManualHandler ? 1 : 0;
        }
        this.manual = manualHandlers > 0;
        this.shared = manual && handlers.size() > 1 ? new SharedDecision(manualHandlers + 1) : null;
    }

    /** Calls the handlers of a message; gives what is left to do after a failure, null if nothing is. */
    static @Nullable HandlerCall make(
            Context context, InboundMessage message, List<MessageHandler> handlers, Reporter reporter) {
        if (handlers.size() == 1 && !(handlers.get(0) instanceof ManualHandler)) {
            try {
                call(handlers.get(0), message, message);
            } catch (Throwable e) {
                HandlerCall call = new HandlerCall(context, message, handlers);
                return call.failed(null, e) ? call : call.proceed(reporter);
            }
            reporter.decided(message, null);
            return null;
        }
        return new HandlerCall(context, message, handlers).proceed(reporter);
    }

    /** Calls the handlers that have not had the message; gives this if one of them fails and is to have it again. */
    @Nullable
    HandlerCall proceed(Reporter reporter) {
        while (next < handlers.size()) {
            MessageHandler handler = handlers.get(next);
            ManualDelivery delivery =
                    handler instanceof ManualHandler ? new ManualDelivery(message, context.manual(), shared) : null;
            try {
                call(handler, delivery == null ? message : delivery, message);
                next++;
            } catch (Throwable e) {
                if (failed(delivery, e)) {
                    return this;
                }
            }
        }
        end(reporter);
        return null;
    }

    private static void call(MessageHandler handler, ReceivedMessage given, InboundMessage message) throws Exception {
        Object event = RECORDER.beginHandler();
        try {
            if (given instanceof Delivery delivery && handler instanceof ManualHandler manual) {
                manual.take(delivery);
            } else {
                handler.handle(given);
            }
        } finally {
            RECORDER.endHandler(event, message.topic().text());
        }
    }

    private void end(Reporter reporter) {
        if (!manual || message.qos() == QoS.AT_MOST_ONCE) {
            reporter.decided(message, refusal);
        } else if (shared != null && shared.decide(refusal)) {
            reporter.decided(message, shared.refusal());
        }
    }

    /** A handler failed: goes past it, or gives true if it is to have the message again. */
    private boolean failed(@Nullable ManualDelivery delivery, Throwable failure) {
        LOGGER.log(System.Logger.Level.WARNING, "The handler failed for " + message, failure);
        context.events().accept(new ClientEvent.HandlerFailed(message, failure));
        switch (context.failurePolicy()) {
            case SKIP -> pass(delivery, null);
            case REFUSE -> pass(delivery, Refusals.because(failure));
            case REDELIVER, STOP -> {
                if (delivery == null || delivery.revoke()) {
                    message.markRedelivered();
                    return true;
                }
                next++; // It had decided before it failed.
            }
        }
        return false;
    }

    private void pass(@Nullable ManualDelivery delivery, @Nullable Refusal of) {
        next++;
        if (delivery == null) {
            refusal = of == null ? refusal : of;
        } else if (message.qos() != QoS.AT_MOST_ONCE) {
            delivery.decide(of);
        }
    }
}
