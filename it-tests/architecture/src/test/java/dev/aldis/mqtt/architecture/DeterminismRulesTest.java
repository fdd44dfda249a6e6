package dev.aldis.mqtt.architecture;

import dev.aldis.mqtt.architecture.broken.protocol.engine.DrawsAtRandom;
import dev.aldis.mqtt.architecture.broken.protocol.engine.HoldsAFuture;
import dev.aldis.mqtt.architecture.broken.protocol.engine.LogsALine;
import dev.aldis.mqtt.architecture.broken.protocol.engine.MakesAnIdentifier;
import dev.aldis.mqtt.architecture.broken.protocol.engine.OpensAFile;
import dev.aldis.mqtt.architecture.broken.protocol.engine.OpensASocket;
import dev.aldis.mqtt.architecture.broken.protocol.engine.PrintsALine;
import dev.aldis.mqtt.architecture.broken.protocol.engine.ReadsTheCalendar;
import dev.aldis.mqtt.architecture.broken.protocol.engine.ReadsTheClock;
import dev.aldis.mqtt.architecture.broken.protocol.engine.StartsAThread;
import dev.aldis.mqtt.architecture.broken.protocol.engine.WalksAHashMap;
import dev.aldis.mqtt.architecture.broken.protocol.engine.WalksASetOfConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismRulesTest {

    @Test
    void packetsCodecAndEngineDoNoInputOrOutput() {
        DeterminismRules.NO_INPUT_OR_OUTPUT.check(Library.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(classes = {OpensASocket.class, OpensAFile.class, LogsALine.class, PrintsALine.class})
    void inputAndOutputAreFound(Class<?> broken) {
        Teeth.assertBreaks(DeterminismRules.NO_INPUT_OR_OUTPUT, broken);
    }

    @Test
    void packetsCodecAndEngineHaveNoThreads() {
        DeterminismRules.NO_THREADS.check(Library.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(classes = {StartsAThread.class, HoldsAFuture.class})
    void threadsAreFound(Class<?> broken) {
        Teeth.assertBreaks(DeterminismRules.NO_THREADS, broken);
    }

    @Test
    void packetsCodecAndEngineReadNoClock() {
        DeterminismRules.NO_CLOCK.check(Library.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(classes = {ReadsTheClock.class, ReadsTheCalendar.class})
    void clocksAreFound(Class<?> broken) {
        Teeth.assertBreaks(DeterminismRules.NO_CLOCK, broken);
    }

    @Test
    void packetsCodecAndEngineDrawNothingAtRandom() {
        DeterminismRules.NO_RANDOMNESS.check(Library.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(classes = {DrawsAtRandom.class, MakesAnIdentifier.class})
    void randomnessIsFound(Class<?> broken) {
        Teeth.assertBreaks(DeterminismRules.NO_RANDOMNESS, broken);
    }

    @Test
    void packetsCodecAndEngineDependOnNoHashOrder() {
        DeterminismRules.NO_HASH_ORDER.check(Library.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(classes = {WalksAHashMap.class, WalksASetOfConstants.class})
    void hashOrderIsFound(Class<?> broken) {
        Teeth.assertBreaks(DeterminismRules.NO_HASH_ORDER, broken);
    }
}
