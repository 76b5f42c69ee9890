using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Log-probability of all paths that either stay in their state or enter it anew, the forward recursion (Rabiner 1989) beside <see cref="Viterbi"/>:
/// h = log(e^(h + a) + eᵇ) with the scores a = W x + c of staying and b = V x + d of entering.
/// </summary>
[Cell]
public sealed partial class SoftViterbi(int inputs, int states)
{
    [Weight] readonly Mat w = new(states, inputs), v = new(states, inputs);
    [Weight] readonly Vec c = new(states), d = new(states);
    [State] Vec h = new(states);

    Vec Step(Vec x)
    {
        h = LogAddExp(h + (w * x + c), v * x + d);
        return h;
    }
}
