namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// What the words of a launch say of its body, in this order: counts and sets, addresses of tables within the words (fixed numbers, how each result meets
/// memory, the same where none does), then signals of three words each
/// (streams, outputs or what arrives at them, targets of stream adjoints), then the states.
/// </summary>
static class BodyWords
{
    public const int Streams = 0, Outputs = 1, States = 2, PerCall = 3, Summed = 4, SumCount = 5, ReadsStates = 6, Fixed = 7, Modes = 8, Discards = 9;

    /// <summary>Where the signals start.</summary>
    public const int Signals = 10;

    /// <summary>Words of a signal: start, and floats from batch to batch and from step to step.</summary>
    public const int SignalWords = 3;

    /// <summary>Words of a state: its sequence, what arrives there, then the addresses below.</summary>
    public const int StateWords = 11;

    /// <summary>Places in a state's words.</summary>
    public const int SequenceAdjoint = 3, Start = 6, Initial = 7, End = 8, EndAdjoint = 9, StartAdjoint = 10;

    /// <summary>Most pointers that a body's frame has, most states, most numbers of a composed map, most streams.</summary>
    public const int MostPointers = 128, MostStates = 8, MostNumbers = 20, MostStreams = 32;
}
