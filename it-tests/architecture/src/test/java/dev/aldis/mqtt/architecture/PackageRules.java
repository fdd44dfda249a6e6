package dev.aldis.mqtt.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;

/** What holds for every package of the library. */
final class PackageRules {

    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes()
            .that()
            .resideInAnyPackage(Library.ROOT + "..")
            .should(beInANullMarkedPackage())
            .because("a type without @Nullable means never null, everywhere");

    static final ArchRule NO_PACKAGES_DEPEND_ON_EACH_OTHER_IN_A_CIRCLE =
            slices().assignedFrom(packagesWithTheApiAsOne()).should().beFreeOfCycles();

    private PackageRules() {}

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, type.getName() + " is in a package without @NullMarked in its package-info"));
            }
        };
    }

    /**
     * Application packages and provider interfaces name each other's types and are exported by one module, so they count
     * as one slice; every other package is one of its own.
     */
    private static SliceAssignment packagesWithTheApiAsOne() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                if (!name.startsWith(Library.ROOT)) {
                    return SliceIdentifier.ignore();
                }
                boolean api = name.startsWith(Library.ROOT + ".api") || name.startsWith(Library.ROOT + ".spi");
                return SliceIdentifier.of(api ? "API" : name);
            }

            @Override
            public String getDescription() {
                return "packages, with those of the API as one,";
            }
        };
    }
}
