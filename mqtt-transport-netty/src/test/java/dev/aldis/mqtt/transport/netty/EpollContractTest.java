package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract once more on Linux's epoll, where the native part can be used. */
class EpollContractTest extends TcpContractTest {

    @RegisterExtension
    static final NativeLoops LOOPS = new NativeLoops(NativePart.EPOLL, EpollKind.class);

    @Test
    void theNativePartIsUsed() throws Exception {
        assertInstanceOf(EpollSocketChannel.class, ((NettyConnection) open().connection()).channel());
    }
}
