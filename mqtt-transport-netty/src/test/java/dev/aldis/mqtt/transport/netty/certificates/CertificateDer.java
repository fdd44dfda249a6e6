package dev.aldis.mqtt.transport.netty.certificates;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Encodes X.509 certificates (RFC 5280), signed with ECDSA and SHA-256, as far as tests need them: the Java run-time reads
 * certificates but has no public way to write one.
 */
final class CertificateDer {

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] SIGNATURE_ALGORITHM =
            element(SEQUENCE, new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02});

    /** commonName, 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};

    /** basicConstraints, 2.5.29.19, critical, with cA true. */
    private static final byte[] IS_AUTHORITY = element(
            SEQUENCE,
            new byte[] {0x06, 0x03, 0x55, 0x1d, 0x13},
            new byte[] {0x01, 0x01, (byte) 0xff},
            element(OCTET_STRING, element(SEQUENCE, new byte[] {0x01, 0x01, (byte) 0xff})));

    /** subjectAltName, 2.5.29.17. */
    private static final byte[] ALTERNATIVE_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};

    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final Instant notBefore;
    private final Instant notAfter;
    private final byte[] extension;

    /** The form of certificates that are valid at these times. */
    CertificateDer(Instant notBefore, Instant notAfter) {
        this(notBefore, notAfter, new byte[0]);
    }

    private CertificateDer(Instant notBefore, Instant notAfter, byte[] extension) {
        this.notBefore = notBefore;
        this.notAfter = notAfter;
        this.extension = extension;
    }

    CertificateDer forAuthority() {
        return new CertificateDer(notBefore, notAfter, IS_AUTHORITY);
    }

    /** For a host name; {@code localhost} with the address 127.0.0.1. */
    CertificateDer forHost(String name) {
        byte[] dns = element(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
        byte[] address = name.equals("localhost") ? element(IP_ADDRESS, LOOPBACK) : new byte[0];
        byte[] names = element(SEQUENCE, ALTERNATIVE_NAME, element(OCTET_STRING, element(SEQUENCE, dns, address)));
        return new CertificateDer(notBefore, notAfter, names);
    }

    /** What is to be signed. */
    byte[] content(String issuer, String subject, PublicKey key) {
        byte[] version = element(0xa0, new byte[] {INTEGER, 1, 2});
        byte[] serial = element(INTEGER, new byte[] {1, (byte) subject.hashCode(), (byte) subject.length()});
        byte[] extensions = extension.length == 0 ? extension : element(0xa3, element(SEQUENCE, extension));
        return element(
                SEQUENCE,
                version,
                serial,
                SIGNATURE_ALGORITHM,
                name(issuer),
                element(SEQUENCE, time(notBefore), time(notAfter)),
                name(subject),
                key.getEncoded(),
                extensions);
    }

    static byte[] certificate(byte[] content, byte[] signature) {
        return element(SEQUENCE, content, SIGNATURE_ALGORITHM, element(BIT_STRING, new byte[1], signature));
    }

    private static byte[] name(String commonName) {
        byte[] value = element(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return element(SEQUENCE, element(SET, element(SEQUENCE, COMMON_NAME, value)));
    }

    private static byte[] time(Instant time) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(time);
        return element(GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (length > 0xff) {
            element.write(0x82);
            element.write(length >> 8);
        } else if (length > 0x7f) {
            element.write(0x81);
        }
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
