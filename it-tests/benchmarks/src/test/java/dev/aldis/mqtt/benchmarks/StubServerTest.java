package dev.aldis.mqtt.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StubServerTest {

    private static final String CONNECT = "10 0D 00 04 4D 51 54 54 05 02 00 3C 00 00 00";
    private static final String PUBLISH_QOS_1 = "32 07 00 01 61 12 34 00 78";
    private static final String PUBLISH_QOS_2 = "34 07 00 01 61 12 35 00 78";

    private StubServer server;
    private Socket socket;

    @BeforeEach
    void connect() throws IOException {
        server = new StubServer();
        Thread serving = new Thread(server::serve, "stub-server");
        serving.setDaemon(true);
        serving.start();
        socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        send(CONNECT);
        expect("20 03 00 00 00");
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        server.close();
    }

    @Test
    void packetsThatArriveTogetherAreAnsweredInTheirOrder() throws IOException {
        send(PUBLISH_QOS_1 + " " + PUBLISH_QOS_2 + " C0 00");
        expect("40 02 12 34 50 02 12 35 D0 00");
    }

    @Test
    void packetsThatArriveByteByByteAreAnswered() throws IOException {
        for (String single : PUBLISH_QOS_2.split(" ", -1)) {
            send(single);
        }
        expect("50 02 12 35");
        send("62 02 12 35");
        expect("70 02 12 35");
    }

    @Test
    void qos0IsNotAnswered() throws IOException {
        send("30 05 00 01 61 00 78 C0 00");
        expect("D0 00");
    }

    @Test
    void floodStaysWithinItsWindowUntilItIsAcknowledged() throws IOException {
        // SUBSCRIBE to flood/1/2, QoS 1.
        send("82 0F 00 01 00 00 09 66 6C 6F 6F 64 2F 31 2F 32 01");
        expect("90 04 00 01 00 01");
        assertEquals(1, nextFloodIdentifier());
        assertEquals(2, nextFloodIdentifier());
        send("40 02 00 01");
        assertEquals(3, nextFloodIdentifier());
        // UNSUBSCRIBE ends it; what is acknowledged later frees no place any more.
        send("A2 0E 00 02 00 00 09 66 6C 6F 6F 64 2F 31 2F 32");
        expect("B0 04 00 02 00 00");
        send("40 02 00 02 40 02 00 03 C0 00");
        expect("D0 00");
    }

    private int nextFloodIdentifier() throws IOException {
        byte[] head = read(15);
        assertEquals(0x32, head[0]);
        read(1 + 64);
        return (head[13] & 0xFF) << 8 | (head[14] & 0xFF);
    }

    private void send(String hex) throws IOException {
        socket.getOutputStream().write(bytes(hex));
        socket.getOutputStream().flush();
    }

    private void expect(String hex) throws IOException {
        byte[] expected = bytes(hex);
        assertArrayEquals(expected, read(expected.length));
    }

    private byte[] read(int length) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] read = in.readNBytes(length);
        assertEquals(length, read.length, "the server closed the connection");
        return read;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }
}
