package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Pem;
import dev.aldis.mqtt.api.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** TLS with one server by the options of an application. Making it reads files, so that is never done on a loop. */
final class TlsContext {

    private static final String TRUSTED_ROLE = "trusted certificates";
    private static final String CHAIN_ROLE = "client certificate";
    private static final String KEY_ROLE = "key of the client certificate";

    /** How to try whether a key belongs to a certificate; other keys are not tried. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private final SslContext context;
    private final HostAddress address;
    private final Duration handshakeTimeout;

    private TlsContext(SslContext context, HostAddress address, Duration handshakeTimeout) {
        this.context = context;
        this.address = address;
        this.handshakeTimeout = handshakeTimeout;
    }

    /**
     * A context for one attempt.
     *
     * @throws ConnectionException if a file or the trust store cannot be used; names it
     */
    static TlsContext of(TlsOptions options, HostAddress address) {
        // The provider is named so that Netty does not probe for native libraries, which Java 25 warns of.
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(known("version", options.protocols(), supported().getProtocols()))
                .endpointIdentificationAlgorithm(options.hostNameVerification() ? "HTTPS" : "");
        String serverName = options.serverName().orElse(address.host());
        serverName(serverName).ifPresent(builder::serverName);
        if (!options.cipherSuites().isEmpty()) {
            builder.ciphers(
                    known("cipher suite", options.cipherSuites(), supported().getCipherSuites()));
        }
        if (!options.applicationProtocols().isEmpty()) {
            // A server that does not choose one may still be the right one.
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    options.applicationProtocols()));
        }
        options.trustedCertificates().ifPresent(pem -> builder.trustManager(PemReader.certificates(pem, TRUSTED_ROLE)));
        options.trustStore().ifPresent(store -> builder.trustManager(trustManagers(store)));
        options.clientCertificate().ifPresent(chain -> addClientCertificate(builder, chain, options));
        options.clientKeyStore()
                .ifPresent(store -> builder.keyManager(
                        keyManagers(store, options.clientKeyPassword().orElseThrow())));
        try {
            return new TlsContext(
                    builder.build(),
                    new HostAddress(serverName, address.port()),
                    options.handshakeTimeout().orElse(Duration.ZERO));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConnectionException("TLS cannot be set up with these options: " + e.getMessage(), e);
        }
    }

    /**
     * A handler for one channel.
     *
     * @param handshakes for what is too slow for a loop
     */
    SslHandler newHandler(ByteBufAllocator buffers, Executor handshakes) {
        SslHandler handler = context.newHandler(buffers, address.host(), address.port(), handshakes);
        // Zero for none: the attempt has its own timer, which covers more.
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /**
     * The name for SNI. The Java run-time sends it by itself for names with a dot only; servers inside of a network often
     * have none.
     */
    private static Optional<SNIHostName> serverName(String host) {
        boolean address = host.contains(":") || host.matches("[0-9.]+");
        if (address) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host));
        } catch (IllegalArgumentException notAllowedInSni) {
            // A name with an underscore for example: the server then answers for its usual name.
            return Optional.empty();
        }
    }

    private static TrustManagerFactory trustManagers(KeyStore store) {
        try {
            if (store.size() == 0) {
                throw new ConnectionException(
                        "The trust store is empty, so no server could be trusted: load it with the certificates of the"
                                + " authorities",
                        (Throwable) null);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new ConnectionException(
                    "The trust store cannot be used: check that it was loaded (" + e.getMessage() + ")", e);
        }
    }

    private static KeyManagerFactory keyManagers(KeyStore store, String password) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password.toCharArray());
            return factory;
        } catch (GeneralSecurityException e) {
            throw new ConnectionException(
                    "The key store with the client certificate cannot be used: check that it was loaded, and the password of"
                            + " its keys (" + e.getMessage() + ")",
                    e);
        }
    }

    private static SSLParameters supported() {
        try {
            return SSLContext.getDefault().getSupportedSSLParameters();
        } catch (GeneralSecurityException e) {
            throw new ConnectionException("The Java run-time has no TLS: " + e.getMessage(), e);
        }
    }

    private static List<String> known(String what, List<String> names, String[] known) {
        for (String name : names) {
            if (!List.of(known).contains(name)) {
                throw new ConnectionException(
                        "The " + what + " '" + name
                                + "' of the TLS options is not one that this Java run-time knows: use some" + " of "
                                + List.of(known),
                        (Throwable) null);
            }
        }
        return names;
    }

    private static void addClientCertificate(SslContextBuilder builder, Pem chainPem, TlsOptions options) {
        Pem keyPem = options.clientKey().orElseThrow();
        List<X509Certificate> chain = PemReader.certificates(chainPem, CHAIN_ROLE);
        PrivateKey key = PemReader.privateKey(
                keyPem, KEY_ROLE, options.clientKeyPassword().orElse(null));
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new ConnectionException(
                    "The private key in " + keyPem + " does not belong to the first certificate in " + chainPem
                            + ": give the key that the certificate was made for, and the client's own certificate first",
                    (Throwable) null);
        }
        builder.keyManager(key, chain);
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = SIGNATURES.get(privateKey.getAlgorithm());
        if (algorithm == null) {
            return true;
        }
        byte[] text = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (InvalidKeyException otherAlgorithm) {
            return false;
        } catch (GeneralSecurityException e) {
            // A signature that cannot be read is one that was made with another key.
            return false;
        }
    }
}
