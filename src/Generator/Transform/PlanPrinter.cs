using System.Globalization;
using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>Stages in words, one line each: what <c>Info.Stages</c> and the head of the generated file show.</summary>
internal static class PlanPrinter
{
    public static IReadOnlyList<string> Lines(Plan plan)
        => [.. plan.Stages.Where(s => s is not (ReadInput or ReadField)).SelectMany(Lines)];

    static IEnumerable<string> Lines(Stage stage)
    {
        if (stage is not Loop loop) return [Line(stage)];
        return [$"Loop over time of {Names(loop.States)}", .. loop.Inner.SelectMany(Lines).Select(line => $"  {line}")];
    }

    static string Line(Stage stage) => stage switch
    {
        Project p => $"{Rate(p.Result)}Project {Stack(p.Matrices)} · {Text(p.Vector)} → {p.Result.Width}",
        Operation o => $"{Rate(o.Result)}{o.Value.Op} of {string.Join(", ", o.Operands.Select(Text))} → {o.Result.Width}",
        Kernel k => Line(k),
        DenseScan d => $"Dense scan {Names(d.States)} by {string.Join("; ", d.Matrices.Select(row => string.Join(", ", row.Select(m => m is { } view ? Text(view) : "0"))))}{(d.Columns is { } c ? $" on {c} columns" : d.Rows is { } r ? $" on {r} rows" : "")}",
        Delay d => $"Delay {d.State.Name} of {Text(d.Next)}",
        Hold h => $"Hold {h.State.Name}",
        _ => stage.GetType().Name,
    };

    static string Line(Kernel k)
    {
        var what = k.Kind switch
        {
            KernelKind.Map => $"Map → {string.Join(", ", k.Results.Select(r => r.Name))}",
            KernelKind.Scan => $"Scan {Names(k.States)}",
            KernelKind.Block => $"Scan of {Count(k)}×{Count(k)} maps: {Names(k.States)}",
            KernelKind.Clamped => $"Scan of clamped maps: {Names(k.States)}",
            KernelKind.MaxPlus => $"Scan of max-plus maps: {Names(k.States)}",
            KernelKind.LogPlus => $"Scan of log-plus maps: {Names(k.States)}",
            KernelKind.Newton => $"Newton iterations: {Names(k.States)}",
            _ => $"Step by step, fused: {Names(k.States)}",
        };
        if (k.Kind != KernelKind.Map && k.Results.Count > 0) what += $" → {string.Join(", ", k.Results.Select(r => r.Name))}";
        var reads = k.Streams.Count == 0 ? "nothing" : string.Join(", ", k.Sources.Select(Naming.Describe));
        // 4 bytes for each number that a step reads or writes; rows that are the same at every step stay in the cache
        var perStep = k.Streams.Count(s => s.Signal.PerStep) + k.New.Count + k.Results.Count(r => r.PerStep);
        var bytes = (4 * perStep).ToString(CultureInfo.InvariantCulture);
        return perStep == 0 ? $"Once per call: {what}; reads {reads}" : $"{what}; reads {reads}; {bytes} bytes per step and channel";
    }

    static string Count(Kernel k) => k.States.Count.ToString(CultureInfo.InvariantCulture);

    static string Rate(Signal result) => result.PerStep ? "" : "Once per call: ";

    static string Stack(IReadOnlyList<View> matrices)
        => matrices.Count == 1 ? Text(matrices[0]) : $"[{string.Join("; ", matrices.Select(Text))}]";

    static string Text(View view) => view.IsWhole ? view.Signal.Name : $"{view.Signal.Name}[{view.Start}, {view.Width}]";

    static string Names(IReadOnlyList<State> states) => string.Join(", ", states.Select(s => s.Name));
}
