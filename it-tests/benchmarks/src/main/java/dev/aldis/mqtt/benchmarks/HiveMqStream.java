package dev.aldis.mqtt.benchmarks;

import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.reactivex.processors.UnicastProcessor;

/** All publishes of one QoS through one stream of the HiveMQ client; results come back in the order of the publishes. */
final class HiveMqStream {

    private final UnicastProcessor<Mqtt5Publish> publishes = UnicastProcessor.create(4096);
    private final CompletionRing completions = new CompletionRing();

    HiveMqStream(Mqtt5RxClient client) {
        // Errors of single publishes are in their results; an error of the stream ends it.
        var unused = client.publish(publishes).subscribe(this::completed, this::failed);
    }

    void publish(Mqtt5Publish message, Completion completion) {
        completions.add(completion);
        publishes.onNext(message);
    }

    private void completed(Mqtt5PublishResult result) {
        Completion completion = completions.remove();
        result.getError().ifPresentOrElse(completion::failed, completion::completed);
    }

    private void failed(Throwable cause) {
        completions.remove().failed(cause);
    }
}
