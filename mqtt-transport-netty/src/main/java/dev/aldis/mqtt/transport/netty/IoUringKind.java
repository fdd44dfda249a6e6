package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;

/** Linux's io_uring through Netty's native part. */
record IoUringKind() implements IoKind {

    @Override
    public IoHandlerFactory handlers() {
        return IoUringIoHandler.newFactory();
    }

    @Override
    public Channel newTcpChannel() {
        IoUringSocketChannel channel = new IoUringSocketChannel();
        channel.pipeline().addLast(new ResetWatch(channel));
        return channel;
    }

    @Override
    public Channel newFileChannel() {
        return new IoUringDomainSocketChannel();
    }

    @Override
    public SocketAddress address(SocketAddress address) {
        return NativePart.address(address);
    }
}
