using Recurve.Generator.Analysis;
using Recurve.Generator.Emit;
using Recurve.Generator.IR;
using Recurve.Generator.Model;
using Recurve.Generator.Transform;

namespace Recurve.Generator;

/// <summary>The generated half of one cell; an empty text generates nothing.</summary>
internal sealed record CompiledCell(string Source);

/// <summary>CellSpec to C#, a pure function: named passes, each to be looked at by itself (<see cref="Passes"/>).</summary>
internal static class CellCompiler
{
    /// <exception cref="InvalidOperationException">A pass broke what the next one relies on (RCV9001).</exception>
    public static CompiledCell Compile(CellSpec spec)
    {
        if (spec.HasErrors || Passes.Of(spec) is not { } passes) return new(CellFile.OfFailed(spec));
        var classes = passes.Classification;
        var states = spec.States.Select(s => new StateText(classes.Of(s.Name).Kind.ToString(), classes.GroupsOf(s.Name)[0].Runs, classes.Of(s.Name).Reason)).ToList();
        var dependencies = Dependencies.Of(classes).Select(d => (d.From, d.To, d.Kind.ToString())).ToList();
        return new(CellFile.Of(spec, passes.Program, passes.Inputs, states, dependencies, passes.Plan, passes.Adjoints));
    }
}

/// <summary>What each pass made of a cell.</summary>
/// <param name="Spec">Straight-line code, as the frontend read it.</param>
/// <param name="Program">Lowered, simplified, its states split.</param>
/// <param name="Inputs">Inferred sizes.</param>
/// <param name="Classification">The groups, their forms, and the program with the forms' coefficients.</param>
/// <param name="Plan">The stages.</param>
/// <param name="Adjoints">The adjoint of each kernel's region, in the order of the plan.</param>
internal sealed record Passes(
    CellSpec Spec,
    Program Program,
    IReadOnlyList<Support.Size> Inputs,
    Classification Classification,
    Plan Plan,
    IReadOnlyList<(Kernel Kernel, AdjointRegion Adjoint)> Adjoints)
{
    /// <summary>Null where shapes do not match: the analyzers say why.</summary>
    public static Passes? Of(CellSpec spec)
    {
        // instructions → values with shapes
        var lowered = Lower.Run(spec);
        if (lowered.Program is null || lowered.Inputs.Any(i => i is null)) return null;
        var program = lowered.Program.Verified(nameof(Lower));

        // the same values, fewer
        program = Simplify.Run(program).Verified(nameof(Simplify));

        // vectors along which numbers move → a state for each piece that moves as a whole
        program = SplitStates.Run(program).Verified(nameof(SplitStates));

        // groups of states with their class; coefficients of scans join the program
        var classification = DependencyClassifier.Classify(program);
        classification.Program.Verified(nameof(DependencyClassifier));

        // stages, each lanewise one with its region
        var trained = new HashSet<string>(spec.Fields.Where(f => f.Trained).Select(f => f.Name));
        var plan = Schedule.Of(classification, trained.Contains);

        // region → adjoint region
        var adjoints = plan.Kernels().Select(k => (k, Differentiate.Run(k.Region, [.. k.Streams.Select(s => s.Signal.Differentiable)]))).ToList();
        return new(spec, program, [.. lowered.Inputs.OfType<Support.Size>()], classification, plan, adjoints);
    }
}
