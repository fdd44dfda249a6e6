package dev.aldis.mqtt.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

/** What each module may know. */
final class ModuleRules {

    static final ArchRule THE_API_DEPENDS_ON_JAVA_BASE_AND_JSPECIFY_ONLY = classes()
            .that()
            .resideInAnyPackage(Library.in("api", "spi"))
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage(Library.in(new String[] {"api", "spi"}, "org.jspecify.annotations"))
                            .or(areInJavaBase()))
            .because("a dependency of the API is forced on every application");

    static final ArchRule THE_PROTOCOL_DEPENDS_ON_THE_API_ONLY = mayKnow("protocol");

    static final ArchRule THE_NETTY_TRANSPORT_DEPENDS_ON_THE_API_AND_NETTY_ONLY =
            mayKnow("transport.netty", "io.netty..");

    static final ArchRule THE_H2_STORE_DEPENDS_ON_THE_API_AND_H2_ONLY = mayKnow("persistence.h2", "org.h2..");

    static final ArchRule THE_CHRONICLE_STORE_DEPENDS_ON_THE_API_AND_CHRONICLE_ONLY =
            mayKnow("persistence.chronicle", "net.openhft..", "org.slf4j..");

    static final ArchRule THE_WEBSOCKET_TRANSPORT_DEPENDS_ON_THE_API_AND_THE_NETTY_TRANSPORT_ONLY = classes()
            .that()
            .resideInAnyPackage(Library.in("transport.websocket"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(Library.in(
                    new String[] {"api", "spi", "transport.netty", "transport.websocket"},
                    "io.netty..",
                    "java..",
                    "javax.net..",
                    "org.jspecify.annotations"))
            .because("TLS, proxies and socket options exist once, in the Netty transport");

    static final ArchRule THE_TRANSPORT_INTERFACES_KNOW_NO_OTHERS = noClasses()
            .that()
            .resideInAnyPackage(Library.in("spi.transport"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(Library.in("spi.persistence", "spi.engine"))
            .because("who writes a transport reads one package");

    static final ArchRule THE_STORE_INTERFACES_KNOW_NO_OTHERS = noClasses()
            .that()
            .resideInAnyPackage(Library.in("spi.persistence"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(Library.in("spi.transport", "spi.engine"))
            .because("who writes a store reads one package");

    private ModuleRules() {}

    private static ArchRule mayKnow(String module, String... libraries) {
        String[] always = {"java..", "javax.net..", "javax.crypto..", "jdk.jfr..", "org.jspecify.annotations"};
        return classes()
                .that()
                .resideInAnyPackage(Library.in(module))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(Library.in(new String[] {"api", "spi", module}, always))
                        .or(resideInAnyPackage(libraries)))
                .because("each module stands on the API alone, so that any of them can be replaced");
    }

    private static DescribedPredicate<JavaClass> areInJavaBase() {
        var javaBase = Object.class.getModule().getPackages();
        return describe("are in java.base", type -> javaBase.contains(type.getPackageName()));
    }
}
