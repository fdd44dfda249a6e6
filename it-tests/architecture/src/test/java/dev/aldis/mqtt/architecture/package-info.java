/**
 * The rules of the library's structure, as tests that read as sentences.
 *
 * <p>Each rule is checked twice: against the library, which keeps it, and against a small class below {@code broken}
 * that does not, so that a rule which no longer bites is noticed.
 */
@NullMarked
package dev.aldis.mqtt.architecture;

import org.jspecify.annotations.NullMarked;
