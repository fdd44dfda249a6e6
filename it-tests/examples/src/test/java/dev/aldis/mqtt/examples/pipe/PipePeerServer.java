package dev.aldis.mqtt.examples.pipe;

import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** The other side of a pipe, as the contract of transports needs it. */
final class PipePeerServer implements PeerServer {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final long PATIENCE_MILLIS = 20_000;

    private final String name = "contract-" + NUMBERS.incrementAndGet();
    private final PipeServer server = PipeServer.listen(name);

    private interface Blocking<T> {
        T call() throws IOException, InterruptedException;
    }

    @Override
    public URI uri() {
        return URI.create("pipe:" + name);
    }

    @Override
    public PeerConnection accept() throws IOException {
        return new PipePeerConnection(call(() -> server.accept(PATIENCE_MILLIS)));
    }

    @Override
    public void close() {
        server.close();
    }

    private static <T> T call(Blocking<T> blocking) throws IOException {
        try {
            return blocking.call();
        } catch (InterruptedException e) {
            throw new IOException("The test has ended", e);
        }
    }

    private static final class PipePeerConnection implements PeerConnection {

        private static final int PORTION = 50_000;

        private final PipeEnd end;
        private byte[] rest = {};
        private boolean ended;

        PipePeerConnection(PipeEnd end) {
            this.end = end;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            for (int from = 0; from < bytes.length; from += PORTION) {
                byte[] portion = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PORTION));
                call(() -> {
                    end.write(portion);
                    return portion;
                });
            }
        }

        @Override
        public byte[] read(int count) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (all.size() < count && fill()) {
                int taken = Math.min(rest.length, count - all.size());
                all.write(rest, 0, taken);
                rest = Arrays.copyOfRange(rest, taken, rest.length);
            }
            return all.toByteArray();
        }

        @Override
        public byte[] readToEnd() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (fill()) {
                all.writeBytes(rest);
                rest = new byte[0];
            }
            return all.toByteArray();
        }

        private boolean fill() throws IOException {
            if (rest.length == 0 && !ended) {
                byte[] next = call(end::read);
                ended = next == null;
                rest = next == null ? rest : next;
            }
            return rest.length > 0;
        }

        @Override
        public void shutDownOutput() {
            end.endOutput();
        }

        @Override
        public void reset() {
            end.reset();
        }

        @Override
        public void close() {
            end.close();
        }
    }
}
