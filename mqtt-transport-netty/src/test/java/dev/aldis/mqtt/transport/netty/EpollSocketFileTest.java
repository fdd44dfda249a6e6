package dev.aldis.mqtt.transport.netty;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Socket files once more on Linux's epoll, where the native part can be used. */
class EpollSocketFileTest extends SocketFileTest {

    @RegisterExtension
    static final NativeLoops LOOPS = new NativeLoops(NativePart.EPOLL, EpollKind.class);
}
