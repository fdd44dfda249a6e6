package dev.aldis.mqtt.transport.netty;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The options once more on Linux's io_uring, where the native part can be used. */
class IoUringSocketOptionsTest extends SocketOptionsTest {

    @RegisterExtension
    static final NativeLoops LOOPS = new NativeLoops(NativePart.IO_URING, IoUringKind.class);
}
