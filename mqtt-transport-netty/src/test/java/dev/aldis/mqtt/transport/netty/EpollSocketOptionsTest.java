package dev.aldis.mqtt.transport.netty;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The options once more on Linux's epoll, where the native part can be used. */
class EpollSocketOptionsTest extends SocketOptionsTest {

    @RegisterExtension
    static final NativeLoops LOOPS = new NativeLoops(NativePart.EPOLL, EpollKind.class);
}
