package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WindowTest {

    @Test
    void aFullWindowHoldsTheReaderBackUntilAMessageLeaves() throws InterruptedException {
        Window window = new Window(2, 100);
        window.enter(10);
        window.enter(10);
        assertHeldBack(window, 10, 10);
    }

    @Test
    void bytesAreCountedToo() throws InterruptedException {
        Window window = new Window(10, 100);
        window.enter(60);
        assertHeldBack(window, 50, 60);
    }

    @Test
    void aMessageLargerThanTheWindowGoesAlone() throws InterruptedException {
        Window window = new Window(10, 100);
        window.enter(1_000);
        assertHeldBack(window, 1, 1_000);
    }

    @Test
    void emptyIsReachedWhenAllHaveLeft() throws InterruptedException {
        Window window = new Window(10, 100);
        window.add(5);
        window.leave(5);
        window.awaitEmpty();
        assertEquals(0, window.messages());
    }

    private static void assertHeldBack(Window window, int sizeBytes, int leavingBytes) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        int before = window.messages();
        Thread reader = new Thread(() -> {
            try {
                window.enter(sizeBytes);
                entered.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        reader.start();
        assertFalse(entered.await(100, TimeUnit.MILLISECONDS));
        window.leave(leavingBytes);
        entered.await();
        assertEquals(before, window.messages());
        reader.join();
    }
}
