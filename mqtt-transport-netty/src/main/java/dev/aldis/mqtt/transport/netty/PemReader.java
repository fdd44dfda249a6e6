package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads certificates and keys in PEM form, with errors that name the file and say what to do about it. */
final class PemReader {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    private static final Set<String> PBES2_NAMES = Set.of("PBES2", "1.2.840.113549.1.5.13");

    /** One block, without its frame. */
    private record Block(String label, String base64) {}

    private PemReader() {}

    /**
     * All certificates, in their order.
     *
     * @param role what it is for, such as "trusted certificates"
     * @return at least one
     * @throws ConnectionException if there are none, or it cannot be read
     */
    static List<X509Certificate> certificates(Pem pem, String role) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem, role)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(certificate(pem, role, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new ConnectionException(
                    nameOf(pem) + " for the " + role + " holds no certificate: PEM with a line"
                            + " '-----BEGIN CERTIFICATE-----' is expected",
                    (Throwable) null);
        }
        return certificates;
    }

    /**
     * The private key.
     *
     * @param role what it is for
     * @param password of the key; null if it is not encrypted
     * @return the first key
     * @throws ConnectionException if there is none that can be used, or it cannot be read
     */
    static PrivateKey privateKey(Pem pem, String role, @Nullable String password) {
        List<Block> blocks = blocks(pem, role);
        for (Block block : blocks) {
            if (block.label().equals("PRIVATE KEY")) {
                return privateKey(pem, role, new PKCS8EncodedKeySpec(decoded(pem, role, block)));
            }
            if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
                return privateKey(pem, role, decrypted(pem, role, block, password));
            }
        }
        throw new ConnectionException(
                nameOf(pem) + " for the " + role + " holds no private key in PKCS#8 form (" + adviceForKey(blocks)
                        + ")",
                (Throwable) null);
    }

    private static PKCS8EncodedKeySpec decrypted(Pem pem, String role, Block block, @Nullable String password) {
        if (password == null) {
            throw new ConnectionException(
                    nameOf(pem) + " for the " + role + " holds an encrypted private key: give its password in the TLS"
                            + " options",
                    (Throwable) null);
        }
        byte[] encoded = decoded(pem, role, block);
        try {
            return decrypted(new EncryptedPrivateKeyInfo(encoded), password);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            throw new ConnectionException(
                    "The private key in " + pem + " for the " + role
                            + " is encrypted in a way that this Java run-time does" + " not know (" + e.getMessage()
                            + "): encrypt it with: openssl pkcs8 -topk8 -v2 aes-256-cbc",
                    e);
        } catch (GeneralSecurityException | IOException e) {
            throw new ConnectionException(
                    "The private key in " + pem + " for the " + role + " cannot be decrypted: check the password in the"
                            + " TLS options (" + e.getMessage() + ")",
                    e);
        }
    }

    private static PKCS8EncodedKeySpec decrypted(EncryptedPrivateKeyInfo info, String password)
            throws GeneralSecurityException {
        AlgorithmParameters parameters = info.getAlgParameters();
        // The name "PBES2" says only that the parameters say which algorithm it is.
        boolean named = parameters == null || !PBES2_NAMES.contains(info.getAlgName());
        String algorithm = named ? info.getAlgName() : parameters.toString();
        SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, parameters);
        return info.getKeySpec(cipher);
    }

    private static String adviceForKey(List<Block> blocks) {
        for (Block block : blocks) {
            if (block.label().endsWith("PRIVATE KEY")) {
                return "it is in the form '" + block.label()
                        + "'; convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY-FILE";
            }
        }
        return "a line '-----BEGIN PRIVATE KEY-----' is expected";
    }

    private static X509Certificate certificate(Pem pem, String role, Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(decoded(pem, role, block)));
        } catch (CertificateException e) {
            throw damaged(pem, role, e);
        }
    }

    private static PrivateKey privateKey(Pem pem, String role, PKCS8EncodedKeySpec encoded) {
        GeneralSecurityException last = null;
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException notThisAlgorithm) {
                last = notThisAlgorithm;
            }
        }
        throw new ConnectionException(
                "The private key in " + pem + " for the " + role + " is damaged, or of none of the algorithms "
                        + KEY_ALGORITHMS,
                last);
    }

    private static List<Block> blocks(Pem pem, String role) {
        Matcher matcher = BLOCK.matcher(text(pem, role));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static byte[] decoded(Pem pem, String role, Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.base64());
        } catch (IllegalArgumentException e) {
            throw damaged(pem, role, e);
        }
    }

    private static String text(Pem pem, String role) {
        try {
            return pem.read();
        } catch (NoSuchFileException e) {
            throw new ConnectionException(nameOf(pem) + " for the " + role + " does not exist", e);
        } catch (IOException e) {
            throw new ConnectionException(
                    nameOf(pem) + " for the " + role + " cannot be read: check that this process may read it (" + e
                            + ")",
                    e);
        } catch (RuntimeException e) {
            throw new ConnectionException(nameOf(pem) + " for the " + role + " could not be had: " + e, e);
        }
    }

    /** As a sentence begins with it. */
    private static String nameOf(Pem pem) {
        String name = pem.toString();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static ConnectionException damaged(Pem pem, String role, Exception cause) {
        return new ConnectionException(nameOf(pem) + " for the " + role + " is damaged: " + cause.getMessage(), cause);
    }
}
