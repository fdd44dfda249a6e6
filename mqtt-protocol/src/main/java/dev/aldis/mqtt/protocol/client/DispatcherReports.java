package dev.aldis.mqtt.protocol.client;

/** What the dispatcher reports, from its own thread, as commands for the loop. */
final class DispatcherReports implements Dispatcher.Reports {

    private final ClientLoop loop;
    private boolean stopped;

    DispatcherReports(ClientLoop loop) {
        this.loop = loop;
    }

    @Override
    public void decided() {
        loop.submit(new Command() {
            @Override
            public void run() {} // The turn itself takes the decisions.
        });
    }

    @Override
    public void resumeAfter(long delayNanos, Runnable task) {
        loop.submit(new Command() {
            @Override
            public void run() {
                loop.eventLoop().schedule(task, delayNanos);
            }
        });
    }

    @Override
    public void ended() {
        loop.submit(new Command() {
            @Override
            public void run() {} // The turn itself looks whether the client can be closed now.
        });
    }

    @Override
    public void stop() {
        loop.submit(new Command() {
            @Override
            public void run() {
                stopped = true;
                loop.engine().disconnect();
            }
        });
    }

    /** Messages flow again after a handler's failure has stopped them; on the loop. */
    void resume() {
        if (stopped) {
            stopped = false;
            loop.dispatcher().resume();
        }
    }
}
