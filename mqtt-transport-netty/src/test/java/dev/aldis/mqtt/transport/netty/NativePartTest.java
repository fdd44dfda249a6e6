package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the path of these tests are all three native parts: kqueue's too, which cannot be used on Linux. */
class NativePartTest {

    private @Nullable String before;

    @BeforeEach
    void forget() {
        before = System.clearProperty(NativePart.PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before != null) {
            System.setProperty(NativePart.PROPERTY, before);
        }
    }

    @Test
    void aPartThatIsOnThePathAndCannotBeUsedIsPassedOver() {
        assumeFalse(System.getProperty("os.name").startsWith("Mac"), "kqueue can be used here");
        System.setProperty(NativePart.PROPERTY, "kqueue");
        assertEquals(new NioKind(), NativePart.chosen());
    }

    @Test
    void aPropertySwitchesThemAllOff() {
        System.setProperty(NativePart.PROPERTY, "false");
        assertEquals(new NioKind(), NativePart.chosen());
    }

    @Test
    void onlyTheOneThatWasNamedIsUsedAndTheFirstThatCanBeOtherwise() {
        IoKind best = NativePart.chosen();
        System.setProperty(NativePart.PROPERTY, "io_uring");
        IoKind first = NativePart.chosen();
        System.setProperty(NativePart.PROPERTY, "epoll");
        IoKind second = NativePart.chosen();
        assertFalse(first instanceof EpollKind || second instanceof IoUringKind);
        assertEquals(first.equals(new NioKind()) ? second : first, best);
    }
}
