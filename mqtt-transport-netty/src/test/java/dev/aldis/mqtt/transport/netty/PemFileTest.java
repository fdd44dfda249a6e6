package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.TestCertificates.CLIENT;
import static dev.aldis.mqtt.transport.netty.TestCertificates.EDDSA_CLIENT;
import static dev.aldis.mqtt.transport.netty.TestCertificates.RSA_CLIENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {

    @TempDir
    private Path folder;

    private TestCertificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = TestCertificates.shared();
    }

    @Test
    void allCertificatesAreReadInTheirOrder() throws Exception {
        List<X509Certificate> read = PemFile.certificates(certificates.chainPem(CLIENT), "role");
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
        assertEquals(2, PemFile.certificates(file, "role").size());
    }

    @ParameterizedTest
    @CsvSource({CLIENT + ", EC", RSA_CLIENT + ", RSA", EDDSA_CLIENT + ", EdDSA"})
    void keysOfTheUsualAlgorithmsAreRead(String name, String algorithm) {
        var key = PemFile.privateKey(certificates.keyPem(name), "role");
        assertEquals(algorithm, key.getAlgorithm());
        assertArrayEquals(certificates.keyBytes(name), key.getEncoded());
    }

    @Test
    void keyAndCertificateMayLieInOneFile() throws Exception {
        Path file =
                write(Files.readString(certificates.chainPem(CLIENT)) + Files.readString(certificates.keyPem(CLIENT)));
        assertEquals(2, PemFile.certificates(file, "role").size());
        assertEquals("EC", PemFile.privateKey(file, "role").getAlgorithm());
    }

    @Test
    void aFileThatDoesNotExistIsNamed() {
        Path file = folder.resolve("nowhere.pem");
        assertFails(
                () -> PemFile.certificates(file, "client certificate"), file + " for the client certificate does not");
    }

    @Test
    void aFolderCannotBeRead() {
        assertFails(() -> PemFile.certificates(folder, "role"), folder + " for the role cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing of the kind", "-----BEGIN CERTIFICATE-----\nno end"})
    void aFileWithoutACertificateSaysWhatIsExpected(String content) throws Exception {
        Path file = write(content);
        assertFails(() -> PemFile.certificates(file, "role"), file + " for the role holds no certificate");
    }

    @Test
    void aKeyInPlaceOfACertificateIsNoCertificate() {
        Path file = certificates.keyPem(CLIENT);
        assertFails(() -> PemFile.certificates(file, "role"), "holds no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "!", "AAAAA"})
    void aDamagedCertificateIsToldSo(String content) throws Exception {
        Path file = write("-----BEGIN CERTIFICATE-----\n" + content + "\n-----END CERTIFICATE-----\n");
        assertFails(() -> PemFile.certificates(file, "role"), file + " for the role is damaged");
    }

    @Test
    void aDamagedKeyIsToldSo() throws Exception {
        Path file = write(TestCertificates.pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertFails(() -> PemFile.privateKey(file, "role"), file + " for the role is damaged, or of none of");
    }

    @Test
    void anEncryptedKeyComesWithTheWayToDecryptIt() throws Exception {
        Path file = write(TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[10]));
        assertFails(() -> PemFile.privateKey(file, "role"), "openssl pkcs8 -topk8 -nocrypt -in " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void aKeyOfAnotherFormComesWithTheWayToConvertIt(String label) throws Exception {
        Path file = write(TestCertificates.pem(label, new byte[10]));
        assertFails(() -> PemFile.privateKey(file, "role"), label);
        assertFails(() -> PemFile.privateKey(file, "role"), "openssl pkcs8 -topk8 -nocrypt -in " + file);
    }

    @Test
    void aFileWithoutAKeySaysWhatIsExpected() throws Exception {
        Path file = certificates.chainPem(CLIENT);
        assertFails(() -> PemFile.privateKey(file, "role"), "-----BEGIN PRIVATE KEY-----");
    }

    private Path write(String content) throws Exception {
        return Files.writeString(folder.resolve("test.pem"), content);
    }

    private static void assertFails(Executable reading, String inTheMessage) {
        ConnectionException failure = assertThrows(ConnectionException.class, reading);
        assertTrue(failure.getMessage().contains(inTheMessage), failure.getMessage());
    }
}
