using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Best score of a path (Viterbi 1967) that either stays in its state or enters it anew: h = max(h + a, b) with the scores a = W x + c of staying and
/// b = V x + d of entering.
/// </summary>
[Cell]
public sealed partial class Viterbi(int inputs, int states)
{
    [Weight] readonly Mat w = new(states, inputs), v = new(states, inputs);
    [Weight] readonly Vec c = new(states), d = new(states);
    [State] Vec h = new(states);

    Vec Step(Vec x)
    {
        h = Max(h + (w * x + c), v * x + d);
        return h;
    }
}
