package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.SocketAddress;

/** The Java run-time's selectors, everywhere. */
record NioKind() implements IoKind {

    @Override
    public IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
    }

    @Override
    public Channel newTcpChannel() {
        return new NioSocketChannel();
    }

    @Override
    public Channel newFileChannel() {
        return new NioDomainSocketChannel();
    }

    @Override
    public SocketAddress address(SocketAddress address) {
        return address;
    }
}
