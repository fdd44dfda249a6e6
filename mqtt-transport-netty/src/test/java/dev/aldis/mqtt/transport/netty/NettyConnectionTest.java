package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the contract leaves open, and this transport does. */
class NettyConnectionTest extends NettyFixture {

    /** A server says why in a DISCONNECT and closes, while this side is in the middle of sending. */
    @Test
    void whatThePeerSaidLastIsReadAlthoughAWriteFails() throws Exception {
        Link link = open();
        onLoop(() -> {
            link.connection().write(ByteBuffer.wrap(new byte[10]));
            link.peer().write("the reason".getBytes(StandardCharsets.UTF_8));
            // Closes with unread bytes, which the system answers to the next writes with a reset.
            link.peer().close();
            for (int i = 0; i < 5; i++) {
                link.connection().write(ByteBuffer.wrap(new byte[10]));
            }
            return null;
        });
        assertEquals("the reason", new String(link.listener().awaitBytes(10), StandardCharsets.UTF_8));
        Throwable cause = link.listener().awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        assertTrue(
                cause.getMessage().contains("was reset by the other side while using the connection"), cause::toString);
    }

    @Test
    void smallPacketsLeaveAtOnceAndDeadPeersAreFoundByTheSystem() throws Exception {
        Link link = open();
        Channel channel = ((NettyConnection) link.connection()).channel();
        assertEquals(true, channel.config().getOption(ChannelOption.TCP_NODELAY));
        assertEquals(true, channel.config().getOption(ChannelOption.SO_KEEPALIVE));
    }

    @Test
    void aWriteInsideACallOfTheListenerDoesNotCallItAgain() throws Exception {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        Link link = open(newListener()
                .onConnected(connection -> connection.write(ByteBuffer.allocate(32 << 20)))
                .onWritability(told::complete));
        // That it was not called from inside is checked at the end of each test.
        assertEquals(false, told.get());
        assertEquals(32 << 20, link.peer().read(32 << 20).length);
    }
}
