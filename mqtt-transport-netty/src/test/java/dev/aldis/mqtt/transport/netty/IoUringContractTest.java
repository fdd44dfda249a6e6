package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.channel.uring.IoUringSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract once more on Linux's io_uring, where the native part can be used. */
class IoUringContractTest extends TcpContractTest {

    @RegisterExtension
    static final NativeLoops LOOPS = new NativeLoops(NativePart.IO_URING, IoUringKind.class);

    @Test
    void theNativePartIsUsed() throws Exception {
        assertInstanceOf(IoUringSocketChannel.class, ((NettyConnection) open().connection()).channel());
    }
}
