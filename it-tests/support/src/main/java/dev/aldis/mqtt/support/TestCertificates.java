package dev.aldis.mqtt.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An authority with certificates for a server and a client, made afresh by the JDK's keytool, as PEM files in a folder.
 *
 * @param folder holds {@code NAME.pem} and {@code NAME.key} for each name
 */
public record TestCertificates(Path folder) {

    private static final String PASSWORD = "changeit";

    /**
     * Makes {@code authority}, {@code server} (for 127.0.0.1 and localhost) and {@code client}, and a
     * {@code stranger} that the authority does not know.
     *
     * @param folder takes the files
     * @return the certificates
     */
    public static TestCertificates makeIn(Path folder) {
        TestCertificates made = new TestCertificates(folder);
        try {
            made.makeSelfSigned("authority", "bc:critical=ca:true");
            made.makeSelfSigned("stranger", "bc:critical=ca:true");
            made.makeSigned("server", "san=ip:127.0.0.1,dns:localhost");
            made.makeSigned("client", "eku=clientAuth");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("No test certificates could be made in " + folder, e);
        }
        return made;
    }

    /**
     * A certificate as PEM.
     *
     * @param name authority, server, client or stranger
     * @return the file
     */
    public Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    /**
     * A private key as PEM, in PKCS#8, not encrypted.
     *
     * @param name authority, server, client or stranger
     * @return the file
     */
    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /**
     * What a server needs that has one of them.
     *
     * @param name server or stranger
     * @return speaks TLS with this certificate
     */
    public SSLContext serverContext(String name) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            // Its own store holds the certificate as it was before the authority signed it.
            own.setKeyEntry(
                    name, privateKey(name), PASSWORD.toCharArray(), new Certificate[] {read(certificate(name))});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The certificate of the " + name + " cannot be used", e);
        }
    }

    private static Certificate read(Path pem) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private Key privateKey(String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore(name))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store.getKey(name, PASSWORD.toCharArray());
    }

    private void makeSelfSigned(String name, String extension) throws IOException, GeneralSecurityException {
        generateKey(name, extension);
        keytool(name, "-exportcert", "-rfc", "-file", certificate(name).toString());
        writeKey(name);
    }

    private void makeSigned(String name, String extension) throws IOException, GeneralSecurityException {
        generateKey(name, extension);
        Path request = folder.resolve(name + ".csr");
        keytool(name, "-certreq", "-file", request.toString());
        keytool(
                "authority",
                "-gencert",
                "-rfc",
                "-ext",
                extension,
                "-validity",
                "30",
                "-infile",
                request.toString(),
                "-outfile",
                certificate(name).toString());
        writeKey(name);
    }

    private void generateKey(String name, String extension) {
        keytool(
                name,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-dname",
                "CN=" + name,
                "-ext",
                extension);
    }

    private void keytool(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Program.jdkTool("keytool")));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias",
                name,
                "-keystore",
                keyStore(name).toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        try (Program keytool = Program.start(command)) {
            if (keytool.awaitExit(Duration.ofSeconds(60)) != 0) {
                throw new IllegalStateException("keytool failed: " + keytool);
            }
        }
    }

    private void writeKey(String name) throws IOException, GeneralSecurityException {
        byte[] encoded = privateKey(name).getEncoded();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(
                key(name),
                "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n",
                StandardCharsets.US_ASCII);
    }

    private Path keyStore(String name) {
        return folder.resolve(name + ".p12");
    }
}
