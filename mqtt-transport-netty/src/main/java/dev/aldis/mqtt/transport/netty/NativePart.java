package dev.aldis.mqtt.transport.netty;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native parts of Netty that an application may add to its path, the best one first. The classes of a part are touched
 * only where its library is there, because its JAR files need not be.
 */
enum NativePart {
    IO_URING("io_uring42", ".so") {
        @Override
        @Nullable
        Throwable obstacle() {
            return IoUring.unavailabilityCause();
        }

        @Override
        IoKind kind() {
            return new IoUringKind();
        }
    },

    EPOLL("epoll", ".so") {
        @Override
        @Nullable
        Throwable obstacle() {
            return Epoll.unavailabilityCause();
        }

        @Override
        IoKind kind() {
            return new EpollKind();
        }
    },

    KQUEUE("kqueue", ".jnilib") {
        @Override
        @Nullable
        Throwable obstacle() {
            return KQueue.unavailabilityCause();
        }

        @Override
        IoKind kind() {
            return new KQueueKind();
        }
    };

    /** {@code false} does without a native part that is on the path, and the name of one without the others. */
    static final String PROPERTY = "dev.aldis.mqtt.native";

    private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch_64", "riscv64");

    private final String library;
    private final String suffix;

    NativePart(String library, String suffix) {
        this.library = library;
        this.suffix = suffix;
    }

    /** The best native part that is there and can be used, or else the Java run-time's selectors. */
    static IoKind chosen() {
        String wanted = System.getProperty(PROPERTY, "");
        for (NativePart part : values()) {
            // Netty would try to load a library that is not there too, and Java 25 warns of the attempt.
            if ((wanted.isEmpty() || wanted.equalsIgnoreCase(part.name())) && part.isOnThePath() && part.isUsable()) {
                return part.kind();
            }
        }
        return new NioKind();
    }

    /** The address of a socket file as native channels want it. */
    static SocketAddress address(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress file
                ? new DomainSocketAddress(file.getPath().toString())
                : address;
    }

    /** Why the part cannot be used on this machine; null if it can. */
    abstract @Nullable Throwable obstacle();

    abstract IoKind kind();

    private boolean isOnThePath() {
        return ARCHITECTURES.stream()
                .map(architecture ->
                        "META-INF/native/libnetty_transport_native_" + library + "_" + architecture + suffix)
                .anyMatch(name -> ClassLoader.getSystemResource(name) != null);
    }

    private boolean isUsable() {
        Throwable cause;
        try {
            cause = obstacle();
        } catch (LinkageError missing) {
            cause = missing;
        }
        if (cause != null) {
            Throwable reason = cause.getCause() == null ? cause : cause.getCause();
            System.getLogger(NativePart.class.getPackageName())
                    .log(
                            Level.INFO,
                            "Netty''s native part {0} is on the path but cannot be used, so the next best is: {1}",
                            name(),
                            reason);
        }
        return cause == null;
    }
}
