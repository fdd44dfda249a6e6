package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.SingleThreadEventLoop;

/** The contract once more, for listeners on the loop of another provider. */
class TlsOnForeignLoopContractTest extends TlsContractTest {

    @Override
    protected EventLoop acquireLoop() {
        return SingleThreadEventLoop.start("foreign-loop");
    }
}
