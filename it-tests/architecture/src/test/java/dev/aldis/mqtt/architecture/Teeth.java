package dev.aldis.mqtt.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;

/** Shows that a rule bites. */
final class Teeth {

    private Teeth() {}

    /** Fails unless the rule refuses the class and names it. */
    static void assertBreaks(ArchRule rule, Class<?>... broken) {
        EvaluationResult result = rule.evaluate(new ClassFileImporter().importClasses(broken));
        assertTrue(result.hasViolation(), () -> "has no teeth: " + rule.getDescription());
        String report = result.getFailureReport().toString();
        assertTrue(report.contains(broken[0].getName()), () -> "does not name " + broken[0] + ": " + report);
    }
}
