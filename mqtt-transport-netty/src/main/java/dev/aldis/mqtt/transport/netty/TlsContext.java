package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
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

    private TlsContext(SslContext context, HostAddress address) {
        this.context = context;
        this.address = address;
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
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm(options.hostNameVerification() ? "HTTPS" : "");
        serverName(address.host()).ifPresent(builder::serverName);
        options.trustedCertificatesPem()
                .ifPresent(file -> builder.trustManager(PemFile.certificates(file, TRUSTED_ROLE)));
        options.trustStore().ifPresent(store -> builder.trustManager(trustManagers(store)));
        options.certificateChainPem()
                .ifPresent(chain -> addClientCertificate(
                        builder, chain, options.privateKeyPem().orElseThrow()));
        try {
            return new TlsContext(builder.build(), address);
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
        // The attempt has its own timer, which covers more.
        handler.setHandshakeTimeoutMillis(0);
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

    private static void addClientCertificate(SslContextBuilder builder, Path chainFile, Path keyFile) {
        List<X509Certificate> chain = PemFile.certificates(chainFile, CHAIN_ROLE);
        PrivateKey key = PemFile.privateKey(keyFile, KEY_ROLE);
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new ConnectionException(
                    "The private key in " + keyFile + " does not belong to the first certificate in " + chainFile
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
