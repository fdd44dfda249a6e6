package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.EDDSA_CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.RSA_CLIENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Pem;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemReaderTest {

    @TempDir
    private Path folder;

    private TestCertificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = TestCertificates.shared();
    }

    @Test
    void allCertificatesAreReadInTheirOrder() throws Exception {
        List<X509Certificate> read = certificatesIn(certificates.chainPem(CLIENT));
        assertEquals(
                List.of("CN=" + CLIENT, "CN=" + AUTHORITY),
                read.stream()
                        .map(each -> each.getSubjectX500Principal().getName())
                        .toList());
    }

    @Test
    void linesMayEndInAnyWayAndTextAroundDoesNotMatter() throws Exception {
        String pem = Files.readString(certificates.chainPem(CLIENT)).replace("\n", "\r\n");
        Path file = write("Bag Attributes\r\n  friendlyName: M\u00fcller - 1\r\n" + pem + "the end");
        assertEquals(2, certificatesIn(file).size());
    }

    @ParameterizedTest
    @CsvSource({CLIENT + ", EC", RSA_CLIENT + ", RSA", EDDSA_CLIENT + ", EdDSA"})
    void keysOfTheUsualAlgorithmsAreRead(String name, String algorithm) {
        var key = keyIn(certificates.keyPem(name));
        assertEquals(algorithm, key.getAlgorithm());
        assertArrayEquals(certificates.keyBytes(name), key.getEncoded());
    }

    @Test
    void keyAndCertificateMayLieInOneFile() throws Exception {
        Path file =
                write(Files.readString(certificates.chainPem(CLIENT)) + Files.readString(certificates.keyPem(CLIENT)));
        assertEquals(2, certificatesIn(file).size());
        assertEquals("EC", keyIn(file).getAlgorithm());
    }

    @Test
    void aFileThatDoesNotExistIsNamed() {
        Path file = folder.resolve("nowhere.pem");
        assertFails(
                () -> PemReader.certificates(Pem.file(file), "client certificate"),
                file + " for the client certificate does not");
    }

    @Test
    void aFolderCannotBeRead() {
        assertFails(() -> certificatesIn(folder), folder + " for the role cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing of the kind", "-----BEGIN CERTIFICATE-----\nno end"})
    void aFileWithoutACertificateSaysWhatIsExpected(String content) throws Exception {
        Path file = write(content);
        assertFails(() -> certificatesIn(file), file + " for the role holds no certificate");
    }

    @Test
    void aKeyInPlaceOfACertificateIsNoCertificate() {
        Path file = certificates.keyPem(CLIENT);
        assertFails(() -> certificatesIn(file), "holds no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "!", "AAAAA"})
    void aDamagedCertificateIsToldSo(String content) throws Exception {
        Path file = write("-----BEGIN CERTIFICATE-----\n" + content + "\n-----END CERTIFICATE-----\n");
        assertFails(() -> certificatesIn(file), file + " for the role is damaged");
    }

    @Test
    void aDamagedKeyIsToldSo() throws Exception {
        Path file = write(TestCertificates.pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertFails(() -> keyIn(file), file + " for the role is damaged, or of none of");
    }

    @ParameterizedTest
    @CsvSource({
        "PBEWithHmacSHA256AndAES_256, " + CLIENT,
        "PBEWithHmacSHA1AndAES_128, " + RSA_CLIENT,
        "PBEWithSHA1AndDESede, " + EDDSA_CLIENT
    })
    void anEncryptedKeyIsReadWithItsPassword(String algorithm, String name) throws Exception {
        Path file = write(certificates.encryptedKeyPem(name, algorithm, "sesame"));
        var key = PemReader.privateKey(Pem.file(file), "role", "sesame");
        assertArrayEquals(certificates.keyBytes(name), key.getEncoded());
        assertFails(() -> PemReader.privateKey(Pem.file(file), "role", "other"), "check the password");
        assertFails(() -> keyIn(file), "holds an encrypted private key: give its password");
    }

    @Test
    void anEncryptedKeyThatIsDamagedIsToldSo() throws Exception {
        Path file = write(TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[10]));
        assertFails(() -> PemReader.privateKey(Pem.file(file), "role", "password"), "cannot be decrypted");
    }

    @Test
    void textIsReadAsFilesAreAndNeverShown() throws Exception {
        String text = Files.readString(certificates.keyPem(CLIENT));
        assertArrayEquals(
                certificates.keyBytes(CLIENT),
                PemReader.privateKey(Pem.text(text), "role", null).getEncoded());
        assertFails(
                () -> PemReader.certificates(Pem.text(text), "role"), "The PEM text for the role holds no certificate");
        assertEquals("the PEM text", Pem.text(text).toString());
        assertThrows(IllegalArgumentException.class, () -> Pem.text("/etc/some/file.pem"));
    }

    @Test
    void whatASupplierThrowsIsTheCause() {
        RuntimeException thrown = new IllegalStateException("thrown by a test on purpose");
        ConnectionException failure = assertThrows(
                ConnectionException.class,
                () -> PemReader.certificates(
                        Pem.supplied(() -> {
                            throw thrown;
                        }),
                        "role"));
        assertSame(thrown, failure.getCause());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void aKeyOfAnotherFormComesWithTheWayToConvertIt(String label) throws Exception {
        Path file = write(TestCertificates.pem(label, new byte[10]));
        assertFails(() -> keyIn(file), label);
        assertFails(() -> keyIn(file), "openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void aFileWithoutAKeySaysWhatIsExpected() throws Exception {
        Path file = certificates.chainPem(CLIENT);
        assertFails(() -> keyIn(file), "-----BEGIN PRIVATE KEY-----");
    }

    private static List<X509Certificate> certificatesIn(Path file) {
        return PemReader.certificates(Pem.file(file), "role");
    }

    private static PrivateKey keyIn(Path file) {
        return PemReader.privateKey(Pem.file(file), "role", null);
    }

    private Path write(String content) throws Exception {
        return Files.writeString(folder.resolve("test.pem"), content);
    }

    private static void assertFails(Executable reading, String inTheMessage) {
        ConnectionException failure = assertThrows(ConnectionException.class, reading);
        assertTrue(failure.getMessage().contains(inTheMessage), failure.getMessage());
    }
}
