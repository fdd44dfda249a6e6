package dev.aldis.mqtt.api;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a {@code mqtts} or {@code wss} connection is secured. The host name is checked against the server's certificate
 * unless that is switched off. PEM is read at each connection attempt, so certificates can change without a new
 * client. Immutable.
 */
public final class TlsOptions {

    private record Trust(
            @Nullable Pem certificates, @Nullable KeyStore store, boolean hostNameVerification) {}

    private record Identity(
            @Nullable Pem chain,
            @Nullable Pem key,
            @Nullable KeyStore store,
            @Nullable String password) {}

    private record Handshake(
            List<String> protocols,
            List<String> cipherSuites,
            List<String> applicationProtocols,
            @Nullable String serverName,
            @Nullable Duration timeout) {}

    /**
     * The trust store of the Java run-time, host name checked, no client certificate, TLS 1.3 and 1.2, the cipher suites
     * of the Java run-time, no ALPN.
     */
    public static final TlsOptions DEFAULT = new TlsOptions(
            new Trust(null, null, true),
            new Identity(null, null, null, null),
            new Handshake(List.of("TLSv1.3", "TLSv1.2"), List.of(), List.of(), null, null));

    private final Trust trust;
    private final Identity identity;
    private final Handshake handshake;

    private TlsOptions(Trust trust, Identity identity, Handshake handshake) {
        this.trust = trust;
        this.identity = identity;
        this.handshake = handshake;
    }

    /**
     * Trusts the authorities of a PEM file only.
     *
     * @param pem a file with one or more X.509 certificates
     * @return new options
     */
    public TlsOptions withTrustedCertificates(Path pem) {
        return withTrustedCertificates(Pem.file(pem));
    }

    /**
     * Trusts the authorities in PEM form only.
     *
     * @param pem one or more X.509 certificates
     * @return new options
     */
    public TlsOptions withTrustedCertificates(Pem pem) {
        Objects.requireNonNull(pem);
        return new TlsOptions(new Trust(pem, null, trust.hostNameVerification), identity, handshake);
    }

    /**
     * Trusts the certificates of a key store only.
     *
     * @param store a loaded key store
     * @return new options
     */
    public TlsOptions withTrustStore(KeyStore store) {
        Objects.requireNonNull(store);
        return new TlsOptions(new Trust(null, store, trust.hostNameVerification), identity, handshake);
    }

    /**
     * Shows a certificate to the server.
     *
     * @param chainPem a file with the client's certificate and those up to its authority
     * @param keyPem a file with the private key in PKCS#8, not encrypted
     * @return new options
     */
    public TlsOptions withClientCertificate(Path chainPem, Path keyPem) {
        return withClientCertificate(Pem.file(chainPem), Pem.file(keyPem));
    }

    /**
     * Shows a certificate to the server.
     *
     * @param chain the client's certificate and those up to its authority
     * @param key the private key in PKCS#8, not encrypted
     * @return new options
     */
    public TlsOptions withClientCertificate(Pem chain, Pem key) {
        Objects.requireNonNull(chain);
        Objects.requireNonNull(key);
        return new TlsOptions(trust, new Identity(chain, key, null, null), handshake);
    }

    /**
     * Shows a certificate with an encrypted key to the server.
     *
     * @param chain the client's certificate and those up to its authority
     * @param key the private key in PKCS#8, encrypted: {@code -----BEGIN ENCRYPTED PRIVATE KEY-----}
     * @param password of the key; ASCII, as the Java run-time takes no other
     * @return new options
     */
    public TlsOptions withClientCertificate(Pem chain, Pem key, String password) {
        Objects.requireNonNull(chain);
        Objects.requireNonNull(key);
        Objects.requireNonNull(password);
        return new TlsOptions(trust, new Identity(chain, key, null, password), handshake);
    }

    /**
     * Shows a certificate of a key store to the server: one that the server accepts, if there are several.
     *
     * @param store a loaded key store with one or more keys
     * @param password of the keys
     * @return new options
     */
    public TlsOptions withClientKeyStore(KeyStore store, String password) {
        Objects.requireNonNull(store);
        Objects.requireNonNull(password);
        return new TlsOptions(trust, new Identity(null, null, store, password), handshake);
    }

    /**
     * Does not check that the certificate belongs to the host: anybody with a certificate of a trusted authority can then
     * pose as the server. For tests.
     *
     * @return new options
     */
    public TlsOptions withoutHostNameVerification() {
        return new TlsOptions(new Trust(trust.certificates, trust.store, false), identity, handshake);
    }

    /**
     * Allows these versions of TLS only.
     *
     * @param versions one or more of the Java run-time's names, such as {@code TLSv1.3}
     * @return new options
     * @throws IllegalArgumentException if none is given
     */
    public TlsOptions withProtocols(String... versions) {
        List<String> names = atLeastOne("version of TLS", versions);
        return withHandshake(new Handshake(
                names,
                handshake.cipherSuites,
                handshake.applicationProtocols,
                handshake.serverName,
                handshake.timeout));
    }

    /**
     * Allows these cipher suites only. Those of the Java run-time by default.
     *
     * @param suites one or more of the Java run-time's names, such as {@code TLS_AES_256_GCM_SHA384}
     * @return new options
     * @throws IllegalArgumentException if none is given
     */
    public TlsOptions withCipherSuites(String... suites) {
        List<String> names = atLeastOne("cipher suite", suites);
        return withHandshake(new Handshake(
                handshake.protocols, names, handshake.applicationProtocols, handshake.serverName, handshake.timeout));
    }

    /**
     * Offers application protocols (ALPN, RFC 7301), for servers that tell MQTT from other protocols on one port. None by
     * default.
     *
     * @param names for example {@code mqtt}, the name that IANA has registered
     * @return new options
     * @throws IllegalArgumentException if none is given
     */
    public TlsOptions withApplicationProtocols(String... names) {
        List<String> offered = atLeastOne("application protocol", names);
        return withHandshake(new Handshake(
                handshake.protocols, handshake.cipherSuites, offered, handshake.serverName, handshake.timeout));
    }

    /**
     * Names another host than that of the URI, in Server Name Indication and in the check of the certificate: for servers
     * that are reached by an address or through a tunnel.
     *
     * @param host a host name
     * @return new options
     */
    public TlsOptions withServerName(String host) {
        Objects.requireNonNull(host);
        return withHandshake(new Handshake(
                handshake.protocols, handshake.cipherSuites, handshake.applicationProtocols, host, handshake.timeout));
    }

    /**
     * Limits the time of the handshake. By default it only has to be over within the connect timeout, which still holds.
     *
     * @param timeout more than zero
     * @return new options
     * @throws IllegalArgumentException if it is zero or less
     */
    public TlsOptions withHandshakeTimeout(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "The handshake timeout " + timeout + " must be more than zero: give some seconds");
        }
        return withHandshake(new Handshake(
                handshake.protocols,
                handshake.cipherSuites,
                handshake.applicationProtocols,
                handshake.serverName,
                timeout));
    }

    private TlsOptions withHandshake(Handshake other) {
        return new TlsOptions(trust, identity, other);
    }

    private static List<String> atLeastOne(String what, String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("No " + what + " was given: name at least one");
        }
        return List.of(names);
    }

    /**
     * The trusted authorities in PEM form.
     *
     * @return where they come from, empty if not given
     */
    public Optional<Pem> trustedCertificates() {
        return Optional.ofNullable(trust.certificates);
    }

    /**
     * The key store with the trusted certificates.
     *
     * @return the store, empty if not given
     */
    public Optional<KeyStore> trustStore() {
        return Optional.ofNullable(trust.store);
    }

    /**
     * The client's certificate in PEM form.
     *
     * @return where it comes from, empty if there is none
     */
    public Optional<Pem> clientCertificate() {
        return Optional.ofNullable(identity.chain);
    }

    /**
     * The client's private key in PEM form.
     *
     * @return where it comes from, empty if there is none
     */
    public Optional<Pem> clientKey() {
        return Optional.ofNullable(identity.key);
    }

    /**
     * The key store with the client's certificate and key.
     *
     * @return the store, empty if there is none
     */
    public Optional<KeyStore> clientKeyStore() {
        return Optional.ofNullable(identity.store);
    }

    /**
     * The password of the client's private key.
     *
     * @return the password, empty if the key is not encrypted
     */
    public Optional<String> clientKeyPassword() {
        return Optional.ofNullable(identity.password);
    }

    /**
     * Whether the client shows a certificate.
     *
     * @return true if one was given, in either form
     */
    public boolean hasClientCertificate() {
        return identity.chain != null || identity.store != null;
    }

    /**
     * Whether the certificate must belong to the host of the URI.
     *
     * @return true by default
     */
    public boolean hostNameVerification() {
        return trust.hostNameVerification;
    }

    /**
     * The versions of TLS that are allowed.
     *
     * @return at least one name
     */
    public List<String> protocols() {
        return handshake.protocols;
    }

    /**
     * The cipher suites that are allowed.
     *
     * @return names; empty for those of the Java run-time
     */
    public List<String> cipherSuites() {
        return handshake.cipherSuites;
    }

    /**
     * The application protocols that are offered.
     *
     * @return names; empty if none is
     */
    public List<String> applicationProtocols() {
        return handshake.applicationProtocols;
    }

    /**
     * The host name that stands in for that of the URI.
     *
     * @return the name; empty for that of the URI
     */
    public Optional<String> serverName() {
        return Optional.ofNullable(handshake.serverName);
    }

    /**
     * How long the handshake may take.
     *
     * @return more than zero; empty if only the connect timeout limits it
     */
    public Optional<Duration> handshakeTimeout() {
        return Optional.ofNullable(handshake.timeout);
    }
}
