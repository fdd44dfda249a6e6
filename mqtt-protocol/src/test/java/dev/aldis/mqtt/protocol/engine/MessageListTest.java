package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageListTest {

    private final MessageList list = new MessageList();
    private final OutboundMessage a = message("a");
    private final OutboundMessage b = message("b");
    private final OutboundMessage c = message("c");

    private static OutboundMessage message(String text) {
        return new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, text), PublishOptions.NONE, 0);
    }

    private List<String> forwards() {
        List<String> names = new ArrayList<>();
        OutboundMessage last = null;
        for (OutboundMessage message = list.first(); message != null; message = message.next) {
            names.add(message.message().payload().text());
            assertEquals(last, message.previous);
            last = message;
        }
        assertEquals(names.size(), list.size());
        return names;
    }

    @Test
    void addsAtBothEnds() {
        list.addLast(b);
        list.addFirst(a);
        list.addLast(c);
        assertEquals(List.of("a", "b", "c"), forwards());
    }

    @Test
    void removesAtEachPlace() {
        list.addLast(a);
        list.addLast(b);
        list.addLast(c);
        list.remove(b);
        assertEquals(List.of("a", "c"), forwards());
        list.remove(c);
        assertEquals(List.of("a"), forwards());
        list.remove(a);
        assertEquals(List.of(), forwards());
        assertNull(a.next);
        list.addLast(a);
        list.addLast(c);
        list.remove(a);
        assertEquals(List.of("c"), forwards());
        list.addLast(b);
        assertEquals(List.of("c", "b"), forwards());
    }

    @Test
    void messageIsInOneListOnly() {
        list.addLast(a);
        MessageList other = new MessageList();
        assertThrows(IllegalStateException.class, () -> other.addLast(a));
        assertThrows(IllegalStateException.class, () -> list.addFirst(a));
        assertThrows(IllegalStateException.class, () -> other.remove(a));
        assertThrows(IllegalStateException.class, () -> list.remove(b));
        list.remove(a);
        other.addLast(a);
        assertEquals(1, other.size());
    }
}
