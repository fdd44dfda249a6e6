package dev.aldis.mqtt.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the clauses of the standards that a test proves; {@code docs/conformance.md} is made from it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Clause {

    /** Identifiers of MQTT 5.0. */
    String[] value() default {};

    /** Identifiers of MQTT 3.1.1. */
    String[] v311() default {};
}
