using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Greatest value of every feature so far, and of the start: h = max(h, x).</summary>
[Cell]
public sealed partial class RunningMax(int units)
{
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Max(h, x);
        return h;
    }
}
