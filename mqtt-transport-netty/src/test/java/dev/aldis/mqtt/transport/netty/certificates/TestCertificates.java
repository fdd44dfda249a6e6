package dev.aldis.mqtt.transport.netty.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Authorities and certificates for tests, each with its key. */
public final class TestCertificates {

    public static final String AUTHORITY = "authority";
    public static final String OTHER_AUTHORITY = "other-authority";
    public static final String SERVER = "server";
    public static final String OTHER_HOST = "other-host";
    public static final String EXPIRED = "expired";
    public static final String NOT_YET_VALID = "not-yet-valid";
    public static final String CLIENT = "client";
    public static final String RSA_CLIENT = "rsa-client";
    public static final String EDDSA_CLIENT = "eddsa-client";
    public static final String CLIENT_OF_OTHER = "client-of-other";

    private static final char[] PASSWORD = "password".toCharArray();

    private static TestCertificates made;

    private final Map<String, Entry> entries = new HashMap<>();
    private final Path folder;

    private record Entry(KeyPair keys, List<Certificate> chain) {}

    private TestCertificates() throws IOException, GeneralSecurityException {
        folder = Files.createTempDirectory("test-certificates");
        folder.toFile().deleteOnExit();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        CertificateDer valid = new CertificateDer(now.minus(1, ChronoUnit.DAYS), now.plus(30, ChronoUnit.DAYS));
        CertificateDer expired = new CertificateDer(now.minus(10, ChronoUnit.DAYS), now.minus(5, ChronoUnit.DAYS));
        CertificateDer early = new CertificateDer(now.plus(5, ChronoUnit.DAYS), now.plus(30, ChronoUnit.DAYS));
        make(AUTHORITY, AUTHORITY, "EC", valid.forAuthority());
        make(OTHER_AUTHORITY, OTHER_AUTHORITY, "EC", valid.forAuthority());
        make(SERVER, AUTHORITY, "EC", valid.forHost("localhost"));
        make(OTHER_HOST, AUTHORITY, "EC", valid.forHost("other.example"));
        make(EXPIRED, AUTHORITY, "EC", expired.forHost("localhost"));
        make(NOT_YET_VALID, AUTHORITY, "EC", early.forHost("localhost"));
        make(CLIENT, AUTHORITY, "EC", valid);
        make(RSA_CLIENT, AUTHORITY, "RSA", valid);
        make(EDDSA_CLIENT, AUTHORITY, "Ed25519", valid);
        make(CLIENT_OF_OTHER, OTHER_AUTHORITY, "EC", valid);
    }

    /** Made once for all tests. */
    public static synchronized TestCertificates shared() throws Exception {
        if (made == null) {
            made = new TestCertificates();
        }
        return made;
    }

    /** For a server that shows the certificate of this name and trusts clients of the authority. */
    public SSLContext serverContext(String name) throws GeneralSecurityException, IOException {
        KeyStore own = emptyStore();
        Entry entry = entries.get(name);
        own.setKeyEntry(name, entry.keys().getPrivate(), PASSWORD, entry.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trustStore(AUTHORITY));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** A key store with the certificate of this name and its key. */
    public KeyStore keyStore(String name, String password) throws GeneralSecurityException, IOException {
        KeyStore own = emptyStore();
        Entry entry = entries.get(name);
        own.setKeyEntry(
                name,
                entry.keys().getPrivate(),
                password.toCharArray(),
                entry.chain().toArray(Certificate[]::new));
        return own;
    }

    /** A key store that trusts the certificate of this name. */
    public KeyStore trustStore(String name) throws GeneralSecurityException, IOException {
        KeyStore trusting = emptyStore();
        trusting.setCertificateEntry(name, entries.get(name).chain().get(0));
        return trusting;
    }

    public static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        return empty;
    }

    /** A PEM file with the certificates of this name and those above it. */
    public Path chainPem(String name) throws GeneralSecurityException {
        StringBuilder blocks = new StringBuilder();
        for (Certificate certificate : entries.get(name).chain()) {
            blocks.append("subject=CN = ").append(name).append("\n\n");
            blocks.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return file(name + "-chain.pem", blocks.toString());
    }

    /** A PEM file with the private key of this name. */
    public Path keyPem(String name) {
        return file(name + "-key.pem", pem("PRIVATE KEY", keyBytes(name)));
    }

    /** The private key of this name as PKCS#8. */
    public byte[] keyBytes(String name) {
        return entries.get(name).keys().getPrivate().getEncoded();
    }

    /** The private key of this name as PEM, encrypted by an algorithm of the Java run-time. */
    public String encryptedKeyPem(String name, String algorithm, String password)
            throws GeneralSecurityException, IOException {
        SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        byte[] encrypted = cipher.doFinal(keyBytes(name));
        AlgorithmParameters parameters = cipher.getParameters();
        if (algorithm.startsWith("PBEWithHmac")) {
            // In a file these are all called PBES2.
            parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(cipher.getParameters().getEncoded());
        }
        return pem("ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded());
    }

    public static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }

    private Path file(String name, String content) {
        try {
            Path file = Files.writeString(folder.resolve(name), content);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void make(String name, String issuer, String algorithm, CertificateDer form)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("RSA")) {
            generator.initialize(2048);
        } else if (algorithm.equals("EC")) {
            generator.initialize(256);
        }
        KeyPair keys = generator.generateKeyPair();
        boolean selfSigned = issuer.equals(name);
        PrivateKey signing =
                selfSigned ? keys.getPrivate() : entries.get(issuer).keys().getPrivate();
        byte[] content = form.content(issuer, name, keys.getPublic());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signing);
        signature.update(content);
        byte[] encoded = CertificateDer.certificate(content, signature.sign());
        Certificate certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        List<Certificate> chain = selfSigned
                ? List.of(certificate)
                : List.of(certificate, entries.get(issuer).chain().get(0));
        entries.put(name, new Entry(keys, chain));
    }
}
