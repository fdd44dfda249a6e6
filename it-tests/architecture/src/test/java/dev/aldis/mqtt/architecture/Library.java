package dev.aldis.mqtt.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.Arrays;
import java.util.stream.Stream;

/** What the rules look at: the classes of every published module, and none of the tests. */
final class Library {

    static final String ROOT = "dev.aldis.mqtt";

    /** Below it lie the classes that break a rule on purpose, in packages that mirror the library's. */
    static final String BROKEN = ROOT + ".architecture.broken";

    static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(Library::isPublished).importPackages(ROOT);

    private Library() {}

    /** The patterns of packages of the library, and of those that mirror them with broken classes. */
    static String[] in(String... packages) {
        return Arrays.stream(packages)
                .flatMap(name -> Stream.of(ROOT + "." + name + "..", BROKEN + "." + name + ".."))
                .toArray(String[]::new);
    }

    /** The same, and further patterns of packages outside the library. */
    static String[] in(String[] ours, String... others) {
        return Stream.concat(Arrays.stream(in(ours)), Arrays.stream(others)).toArray(String[]::new);
    }

    private static boolean isPublished(Location location) {
        return ImportOption.Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !location.contains("/it-tests");
    }
}
