package dev.aldis.mqtt.api;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a {@code mqtts} or {@code wss} connection is secured. The host name is checked against the server's certificate
 * unless that is switched off. Files are read at each connection attempt, so certificates can change without a new
 * client. Immutable.
 */
public final class TlsOptions {

    /** The trust store of the Java run-time, host name checked, no client certificate. */
    public static final TlsOptions DEFAULT = new TlsOptions(null, null, null, null, true);

    private final @Nullable Path trustedCertificatesPem;
    private final @Nullable KeyStore trustStore;
    private final @Nullable Path certificateChainPem;
    private final @Nullable Path privateKeyPem;
    private final boolean hostNameVerification;

    private TlsOptions(
            @Nullable Path trustedCertificatesPem,
            @Nullable KeyStore trustStore,
            @Nullable Path certificateChainPem,
            @Nullable Path privateKeyPem,
            boolean hostNameVerification) {
        this.trustedCertificatesPem = trustedCertificatesPem;
        this.trustStore = trustStore;
        this.certificateChainPem = certificateChainPem;
        this.privateKeyPem = privateKeyPem;
        this.hostNameVerification = hostNameVerification;
    }

    /**
     * Trusts the authorities of a PEM file only.
     *
     * @param pem a file with one or more X.509 certificates
     * @return new options
     */
    public TlsOptions withTrustedCertificates(Path pem) {
        return new TlsOptions(
                Objects.requireNonNull(pem), null, certificateChainPem, privateKeyPem, hostNameVerification);
    }

    /**
     * Trusts the certificates of a key store only.
     *
     * @param store a loaded key store
     * @return new options
     */
    public TlsOptions withTrustStore(KeyStore store) {
        return new TlsOptions(
                null, Objects.requireNonNull(store), certificateChainPem, privateKeyPem, hostNameVerification);
    }

    /**
     * Shows a certificate to the server.
     *
     * @param chainPem a file with the client's certificate and those up to its authority
     * @param keyPem a file with the private key in PKCS#8, not encrypted
     * @return new options
     */
    public TlsOptions withClientCertificate(Path chainPem, Path keyPem) {
        return new TlsOptions(
                trustedCertificatesPem,
                trustStore,
                Objects.requireNonNull(chainPem),
                Objects.requireNonNull(keyPem),
                hostNameVerification);
    }

    /**
     * Does not check that the certificate belongs to the host: anybody with a certificate of a trusted authority can then
     * pose as the server. For tests.
     *
     * @return new options
     */
    public TlsOptions withoutHostNameVerification() {
        return new TlsOptions(trustedCertificatesPem, trustStore, certificateChainPem, privateKeyPem, false);
    }

    /**
     * The PEM file with the trusted authorities.
     *
     * @return the file, empty if not given
     */
    public Optional<Path> trustedCertificatesPem() {
        return Optional.ofNullable(trustedCertificatesPem);
    }

    /**
     * The key store with the trusted certificates.
     *
     * @return the store, empty if not given
     */
    public Optional<KeyStore> trustStore() {
        return Optional.ofNullable(trustStore);
    }

    /**
     * The PEM file with the client's certificate.
     *
     * @return the file, empty if there is none
     */
    public Optional<Path> certificateChainPem() {
        return Optional.ofNullable(certificateChainPem);
    }

    /**
     * The PEM file with the client's private key.
     *
     * @return the file, empty if there is none
     */
    public Optional<Path> privateKeyPem() {
        return Optional.ofNullable(privateKeyPem);
    }

    /**
     * Whether the certificate must belong to the host of the URI.
     *
     * @return true by default
     */
    public boolean hostNameVerification() {
        return hostNameVerification;
    }
}
