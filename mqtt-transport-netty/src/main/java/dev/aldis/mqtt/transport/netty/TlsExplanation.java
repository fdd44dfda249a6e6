package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.Pem;
import dev.aldis.mqtt.api.TlsOptions;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with TLS and what to do about it. */
final class TlsExplanation {

    private static final String ALERT = "Received fatal alert: ";

    private TlsExplanation() {}

    /** A message, or nothing if the cause has nothing to do with TLS. */
    static Optional<String> message(Throwable cause, HostAddress address, TlsOptions options) {
        if (find(cause, NotSslRecordException.class::isInstance) != null) {
            return Optional.of("The server at " + address + " answered something that is not TLS: use the port where it"
                    + " speaks TLS (often 8883), or a scheme without TLS");
        }
        Throwable expired = find(cause, CertificateExpiredException.class::isInstance);
        if (expired != null) {
            return Optional.of("The certificate of " + address + " or of its authority has expired ("
                    + expired.getMessage() + "): have it renewed, or correct the clock of this machine");
        }
        Throwable early = find(cause, CertificateNotYetValidException.class::isInstance);
        if (early != null) {
            return Optional.of("The certificate of " + address + " or of its authority is not valid yet ("
                    + early.getMessage() + "): correct the clock of this machine, or wait");
        }
        if (find(cause, CertificateRevokedException.class::isInstance) != null) {
            return Optional.of("The certificate of " + address + " has been revoked: the server needs a new one");
        }
        Throwable otherName = find(cause, TlsExplanation::isAboutTheName);
        if (otherName != null) {
            return Optional.of("The certificate of " + address + " is not for the host '"
                    + options.serverName().orElse(address.host()) + "' ("
                    + otherName.getMessage()
                    + "): use the name that is in the certificate in the server URI, or have it issued"
                    + " for this host");
        }
        if (find(cause, TlsExplanation::isAboutTrust) != null) {
            return Optional.of("The certificate of " + address + " is not from a trusted authority; trusted is "
                    + trusted(options) + ": give the certificate of the server's authority in the TLS options");
        }
        Throwable alert = find(cause, TlsExplanation::isAlert);
        if (alert != null) {
            String message = String.valueOf(alert.getMessage());
            String name = message.substring(message.indexOf(ALERT) + ALERT.length());
            return Optional.of(alert(name, address, options));
        }
        if (find(cause, SslHandshakeTimeoutException.class::isInstance) != null) {
            return Optional.of("The TLS handshake with " + address + " was not over within the handshake timeout of "
                    + options.handshakeTimeout().map(Duration::toMillis).orElse(0L)
                    + " ms: check that this is the TLS port of the server");
        }
        Throwable other = find(cause, SSLException.class::isInstance);
        return Optional.ofNullable(other)
                .map(tls -> "TLS with " + address + " failed: " + tls.getMessage()
                        + "; look into the log of the server, and check that it speaks one of " + options.protocols());
    }

    private static String alert(String alert, HostAddress address, TlsOptions options) {
        String refused = "The server at " + address + " ended TLS with the alert '" + alert + "': ";
        return refused
                + switch (alert) {
                    case "certificate_required", "bad_certificate", "handshake_failure" ->
                        options.hasClientCertificate()
                                ? "it does not accept the client certificate, or asked for one of another authority, so that"
                                        + " none was sent; the log of the server says more"
                                : "it probably requires a client certificate; give one in the TLS options";
                    case "unknown_ca",
                            "certificate_unknown",
                            "certificate_expired",
                            "certificate_revoked",
                            "unsupported_certificate",
                            "access_denied" ->
                        "it does not accept the client certificate; check its authority and its" + " dates";
                    case "protocol_version" ->
                        "it speaks none of " + options.protocols() + "; let it be brought up to date";
                    case "no_application_protocol" ->
                        "it speaks none of the application protocols " + options.applicationProtocols()
                                + "; name others in the TLS options, or none";
                    case "unrecognized_name" ->
                        "it does not know the host name '" + address.host() + "'; use its name in the server URI";
                    default -> "the log of the server says more";
                };
    }

    private static String trusted(TlsOptions options) {
        return options.trustedCertificates()
                .map(Pem::toString)
                .orElseGet(() -> options.trustStore().isPresent()
                        ? "the key store of the TLS options"
                        : "the trust store of the Java run-time");
    }

    private static boolean isAboutTheName(Throwable cause) {
        return cause instanceof CertificateException && startsWith(cause, "No subject alternative", "No name matching");
    }

    private static boolean isAboutTrust(Throwable cause) {
        return cause instanceof CertPathBuilderException
                || (cause instanceof CertificateException && startsWith(cause, "PKIX path", "No trusted certificate"));
    }

    private static boolean isAlert(Throwable cause) {
        // Newer run-times put the name of the alert in front as well.
        return cause instanceof SSLException
                && String.valueOf(cause.getMessage()).contains(ALERT);
    }

    private static boolean startsWith(Throwable cause, String... beginnings) {
        String message = cause.getMessage();
        for (String beginning : beginnings) {
            if (message != null && message.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Throwable find(Throwable cause, Predicate<Throwable> wanted) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (wanted.test(each)) {
                return each;
            }
        }
        return null;
    }
}
