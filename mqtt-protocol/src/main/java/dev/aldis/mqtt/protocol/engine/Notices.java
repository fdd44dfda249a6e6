package dev.aldis.mqtt.protocol.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What is told to the client in the next turn: the rare things, each as a call on its output. */
final class Notices {

    private final Deque<Consumer<EngineOutput>> waiting = new ArrayDeque<>();

    void add(Consumer<EngineOutput> notice) {
        waiting.add(notice);
    }

    void drain(EngineOutput output) {
        for (Consumer<EngineOutput> notice = waiting.poll(); notice != null; notice = waiting.poll()) {
            notice.accept(output);
        }
    }
}
