using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>How often a value changes.</summary>
internal enum Rate
{
    /// <summary>One row for the whole call: made of weights, constants and fixed numbers.</summary>
    PerCall,
    /// <summary>One row for every (batch, time).</summary>
    PerStep,
}

/// <summary>Where the values of a slot come from.</summary>
internal enum SlotKind
{
    Input,
    Field,
    Fill,
    Stage,
}

/// <summary>The memory behind signals: a buffer of rows that one stage (or the caller) writes and views share.</summary>
/// <param name="Id">Position in <see cref="Plan.Slots"/>.</param>
/// <param name="Width">Floats per row.</param>
/// <param name="Rate">One row per call, or one per step.</param>
/// <param name="Kind">Who writes it.</param>
/// <param name="Index">Which input or field.</param>
/// <param name="Number">What a <see cref="SlotKind.Fill"/> is filled with.</param>
/// <param name="InLoop">Whether a stage inside a loop writes it: then rows of one step lie side by side.</param>
internal sealed record Slot(int Id, int Width, Rate Rate, SlotKind Kind, int Index = 0, float Number = 0, bool InLoop = false)
{
    /// <summary>The whole of it as a signal.</summary>
    public Signal Whole => new() { Id = Id, Width = Width };
}
