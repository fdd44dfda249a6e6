package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from PEM files, with errors that name the file and say what to do about it. */
final class PemFile {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    /** One block, without its frame. */
    private record Block(String label, String base64) {}

    private PemFile() {}

    /**
     * All certificates of a file, in its order.
     *
     * @param role what the file is for, such as "trusted certificates"
     * @return at least one
     * @throws ConnectionException if there are none, or the file cannot be read
     */
    static List<X509Certificate> certificates(Path file, String role) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file, role)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(certificate(file, role, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new ConnectionException(
                    "The file " + file + " for the " + role + " holds no certificate: PEM with a line"
                            + " '-----BEGIN CERTIFICATE-----' is expected",
                    (Throwable) null);
        }
        return certificates;
    }

    /**
     * The private key of a file.
     *
     * @param role what the file is for
     * @return the first key
     * @throws ConnectionException if there is none that can be used, or the file cannot be read
     */
    static PrivateKey privateKey(Path file, String role) {
        List<Block> blocks = blocks(file, role);
        for (Block block : blocks) {
            if (block.label().equals("PRIVATE KEY")) {
                return privateKey(file, role, block);
            }
        }
        throw new ConnectionException(
                "The file " + file + " for the " + role + " holds no private key in PKCS#8 form ("
                        + adviceForKey(file, blocks) + ")",
                (Throwable) null);
    }

    private static String adviceForKey(Path file, List<Block> blocks) {
        for (Block block : blocks) {
            if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
                return "it is encrypted; decrypt it with: openssl pkcs8 -topk8 -nocrypt -in " + file;
            }
            if (block.label().endsWith("PRIVATE KEY")) {
                return "it is in the form '" + block.label() + "'; convert it with: openssl pkcs8 -topk8 -nocrypt -in "
                        + file;
            }
        }
        return "a line '-----BEGIN PRIVATE KEY-----' is expected";
    }

    private static X509Certificate certificate(Path file, String role, Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(decoded(file, role, block)));
        } catch (CertificateException e) {
            throw damaged(file, role, e);
        }
    }

    private static PrivateKey privateKey(Path file, String role, Block block) {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(decoded(file, role, block));
        GeneralSecurityException last = null;
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException notThisAlgorithm) {
                last = notThisAlgorithm;
            }
        }
        throw new ConnectionException(
                "The private key in " + file + " for the " + role + " is damaged, or of none of the algorithms "
                        + KEY_ALGORITHMS,
                last);
    }

    private static List<Block> blocks(Path file, String role) {
        Matcher matcher = BLOCK.matcher(text(file, role));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static byte[] decoded(Path file, String role, Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.base64());
        } catch (IllegalArgumentException e) {
            throw damaged(file, role, e);
        }
    }

    private static String text(Path file, String role) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new ConnectionException("The file " + file + " for the " + role + " does not exist", e);
        } catch (IOException e) {
            throw new ConnectionException(
                    "The file " + file + " for the " + role + " cannot be read: check that this process may read it ("
                            + e + ")",
                    e);
        }
    }

    private static ConnectionException damaged(Path file, String role, Exception cause) {
        return new ConnectionException(
                "The file " + file + " for the " + role + " is damaged: " + cause.getMessage(), cause);
    }
}
