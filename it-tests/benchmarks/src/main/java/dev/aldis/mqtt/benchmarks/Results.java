package dev.aldis.mqtt.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** All rounds of one run, by task and contender in the order in which they came. */
final class Results {

    private final Map<Task, Map<ContenderKind, List<RoundResult>>> rounds = new LinkedHashMap<>();

    void add(Task task, ContenderKind kind, RoundResult result) {
        rounds.computeIfAbsent(task, key -> new EnumMap<>(ContenderKind.class))
                .computeIfAbsent(kind, key -> new ArrayList<>())
                .add(result);
    }

    Set<Task> tasks() {
        return rounds.keySet();
    }

    Set<ContenderKind> contenders(Task task) {
        return rounds(task).keySet();
    }

    /** The figures of all rounds, the smallest first. */
    double[] sorted(Task task, ContenderKind kind, ToDoubleFunction<RoundResult> figure) {
        List<RoundResult> results = rounds(task).getOrDefault(kind, List.of());
        return results.stream().mapToDouble(figure).sorted().toArray();
    }

    /** The round that other work on the machine disturbed least. */
    double least(Task task, ContenderKind kind, ToDoubleFunction<RoundResult> figure) {
        return sorted(task, kind, figure)[0];
    }

    double median(Task task, ContenderKind kind, ToDoubleFunction<RoundResult> figure) {
        double[] figures = sorted(task, kind, figure);
        int middle = figures.length / 2;
        return figures.length % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
    }

    private Map<ContenderKind, List<RoundResult>> rounds(Task task) {
        return rounds.getOrDefault(task, Map.of());
    }
}
