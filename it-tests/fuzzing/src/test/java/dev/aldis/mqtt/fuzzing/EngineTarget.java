package dev.aldis.mqtt.fuzzing;

/**
 * Any packets and bytes of a server, commands of an application, times, answers of a store and deaths of the process, in any
 * order, into the engine. Nothing is thrown; a server that breaks the rules costs it the connection and nothing else; what
 * leaves is what a strict server takes; and each promise that does not depend on the server is kept.
 */
final class EngineTarget implements FuzzTarget {

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        EngineWorld world = new EngineWorld(EngineChoice.of(in));
        EngineSteps steps = new EngineSteps(world, in);
        while (!in.isEmpty()) {
            steps.step();
        }
        world.settle();
    }
}
