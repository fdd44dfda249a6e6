package dev.aldis.mqtt.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.WeakHashMap;

/**
 * Packets, codec and engine give the same answers to the same questions, at any time and in any process: that is what
 * makes a run of the simulation repeatable from its seed.
 */
final class DeterminismRules {

    static final ArchRule NO_INPUT_OR_OUTPUT = packetsCodecAndEngine()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.net..",
                    "java.io..",
                    "java.nio.channels..",
                    "java.nio.file..",
                    "java.util.logging..",
                    "jdk.jfr.."))
            .orShould()
            .dependOnClassesThat(are(System.Logger.class, System.LoggerFinder.class, Process.class, Runtime.class))
            .orShould()
            .callMethodWhere(oneOf(Map.of("java.lang.System", Set.of("getLogger", "getenv", "getProperty"))))
            .because("bytes and records go in and out by method calls, and the caller does the rest");

    static final ArchRule NO_THREADS = packetsCodecAndEngine()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.."))
            .orShould()
            .dependOnClassesThat(are(Thread.class, ThreadLocal.class, Timer.class))
            .because("one thread owns the engine, so it needs neither threads nor locks of its own");

    static final ArchRule NO_CLOCK = packetsCodecAndEngine()
            .should()
            .dependOnClassesThat(are(Clock.class))
            .orShould()
            .callMethodWhere(oneOf(Map.of(
                    "java.lang.System", Set.of("nanoTime", "currentTimeMillis"),
                    "java.time.Instant", Set.of("now"),
                    "java.time.LocalDateTime", Set.of("now"),
                    "java.time.ZonedDateTime", Set.of("now"),
                    "java.time.OffsetDateTime", Set.of("now"))))
            .because("the time comes in as an argument");

    static final ArchRule NO_RANDOMNESS = packetsCodecAndEngine()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.random..", "java.security.."))
            .orShould()
            .dependOnClassesThat(are(Random.class, SplittableRandom.class))
            .orShould()
            .callMethodWhere(oneOf(Map.of(
                    "java.util.UUID", Set.of("randomUUID"),
                    "java.lang.Math", Set.of("random"),
                    "java.lang.System", Set.of("identityHashCode"))))
            .because("randomness comes in as a seed");

    static final ArchRule NO_HASH_ORDER = packetsCodecAndEngine()
            .should()
            .dependOnClassesThat(
                    are(HashMap.class, HashSet.class, Hashtable.class, IdentityHashMap.class, WeakHashMap.class))
            .orShould()
            .callMethodWhere(oneOf(Map.of(
                    "java.util.Set", Set.of("of", "copyOf"),
                    "java.util.Map", Set.of("of", "ofEntries", "copyOf"),
                    "java.util.stream.Collectors", Set.of("toSet", "toMap", "groupingBy"))))
            .because("the order in which they are walked differs from process to process");

    private DeterminismRules() {}

    private static GivenClassesConjunction packetsCodecAndEngine() {
        return noClasses()
                .that()
                .resideInAnyPackage(Library.in("protocol.packet", "protocol.codec", "protocol.engine"));
    }

    private static DescribedPredicate<JavaClass> are(Class<?>... types) {
        Set<Class<?>> forbidden = Set.of(types);
        return describe("are one of " + forbidden, type -> forbidden.stream().anyMatch(type::isEquivalentTo));
    }

    private static DescribedPredicate<JavaMethodCall> oneOf(Map<String, Set<String>> methodsByType) {
        return describe(
                "calls one of " + methodsByType,
                call -> methodsByType
                        .getOrDefault(call.getTargetOwner().getName(), Set.of())
                        .contains(call.getName()));
    }
}
