package dev.aldis.mqtt.architecture;

import dev.aldis.mqtt.architecture.broken.circle.left.Left;
import dev.aldis.mqtt.architecture.broken.circle.right.Right;
import org.junit.jupiter.api.Test;

class PackageRulesTest {

    @Test
    void everyPackageIsNullMarked() {
        PackageRules.EVERY_PACKAGE_IS_NULL_MARKED.check(Library.CLASSES);
        Teeth.assertBreaks(PackageRules.EVERY_PACKAGE_IS_NULL_MARKED, Left.class);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        PackageRules.NO_PACKAGES_DEPEND_ON_EACH_OTHER_IN_A_CIRCLE.check(Library.CLASSES);
        Teeth.assertBreaks(PackageRules.NO_PACKAGES_DEPEND_ON_EACH_OTHER_IN_A_CIRCLE, Left.class, Right.class);
    }
}
