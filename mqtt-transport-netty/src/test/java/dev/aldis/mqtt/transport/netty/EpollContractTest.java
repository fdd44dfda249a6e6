package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract once more on Linux's epoll, where the native part can be used. */
class EpollContractTest extends TcpContractTest {

    private static String before;

    @BeforeAll
    static void switchItOn() {
        before = System.clearProperty(IoKind.PROPERTY);
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(linux && IoKind.chosen() == IoKind.EPOLL, "there is no native epoll here");
    }

    @AfterAll
    static void switchItOff() {
        if (before != null) {
            System.setProperty(IoKind.PROPERTY, before);
        }
    }

    @Test
    void theNativePartIsUsedWhereItIsOnThePath() throws Exception {
        assertInstanceOf(EpollSocketChannel.class, ((NettyConnection) open().connection()).channel());
    }

    @Test
    void aPropertySwitchesItOff() {
        System.setProperty(IoKind.PROPERTY, "false");
        try {
            assertEquals(IoKind.NIO, IoKind.chosen());
        } finally {
            System.clearProperty(IoKind.PROPERTY);
        }
    }
}
